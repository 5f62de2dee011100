//! What an audit line can say that somebody did.

use super::code::codes;

codes! {
    /// An action as the audit log names it.
    Action {
        SignedIn = "signed_in", "サインイン";
        SignInFailed = "sign_in_failed", "サインイン失敗";
        SignedOut = "signed_out", "サインアウト";
        PasswordChanged = "password_changed", "パスワード変更";
        OrgSwitched = "org_switched", "所属の切替";
        StaffAdded = "staff_added", "利用者の登録";
        StaffDisabled = "staff_disabled", "利用者の停止";
        StaffReset = "staff_reset", "パスワードの再発行";
        MembershipChanged = "membership_changed", "所属の変更";
        TokenCreated = "token_created", "APIトークン発行";
        TokenRevoked = "token_revoked", "APIトークン失効";
        OrgsImported = "orgs_imported", "機関の取込";
        OrgAdded = "org_added", "機関の登録";
        OrgChanged = "org_changed", "機関情報の変更";
        NoticesSwitched = "notices_switched", "お知らせの受け取り";
        WardSet = "ward_set", "病棟の登録・変更";
        WardProfileSet = "ward_profile_set", "病棟の案内の変更";
        ProgrammeChanged = "programme_changed", "後方支援病床の事業の変更";
        BedRequested = "bed_requested", "受入の依頼";
        BedAsked = "bed_asked", "依頼先の追加";
        BedAnswered = "bed_answered", "受入の回答";
        BedSilent = "bed_silent", "回答なし";
        BedConfirmed = "bed_confirmed", "受入の決定";
        BedRequestWithdrawn = "bed_request_withdrawn", "依頼の取下げ";
        BedRequestViewed = "bed_request_viewed", "依頼の閲覧";
        BedUsed = "bed_used", "依頼による入院の記録";
        PatientRegistered = "patient_registered", "入院希望の登録";
        RegistrationChanged = "registration_changed", "入院希望登録の変更";
        RegistrationEnded = "registration_ended", "入院希望登録の終了";
        RegistrationViewed = "registration_viewed", "入院希望登録の閲覧";
        RegistrationsExported = "registrations_exported", "入院希望登録の一覧の保存";
        InformationExchanged = "information_exchanged", "診療情報交換の記録";
        RuleChanged = "rule_changed", "ルールの変更";
        HolidaysReplaced = "holidays_replaced", "祝日の取込";
        BedsReported = "beds_reported", "空床報告";
        BedFileBrought = "bed_file_brought", "空床ファイルの読込";
        BedFileTaken = "bed_file_taken", "空床ファイルの取込";
        BedColumnsSet = "bed_columns_set", "空床ファイルの列の指定";
        CaseOpened = "case_opened", "案件を開く";
        CaseChanged = "case_changed", "案件の変更";
        TeamChanged = "team_changed", "入院前のチームの変更";
        DischargeDaySet = "discharge_day_set", "退院予定日の変更";
        ContactLogged = "contact_logged", "連絡の記録";
        DoctorChanged = "doctor_changed", "主治医変更";
        CaseDischarged = "case_discharged", "退院済";
        CaseCancelled = "case_cancelled", "案件の中止";
        ConferenceCalled = "conference_called", "カンファレンスの招集";
        PollStarted = "poll_started", "日程調整の開始";
        SlotsChanged = "slots_changed", "候補日の変更";
        RequiredChanged = "required_changed", "欠かせない方の変更";
        DateFixed = "date_fixed", "日程の決定";
        Voted = "voted", "候補日への回答";
        ConferenceMoved = "conference_moved", "カンファレンスの日時変更";
        ConferenceCancelled = "conference_cancelled", "カンファレンスの中止";
        PartyInvited = "party_invited", "招待の追加";
        PartyRemoved = "party_removed", "招待の取消";
        MinutesSaved = "minutes_saved", "議事録の下書き";
        MinutesShared = "minutes_shared", "議事録の確定・共有";
        MinutesRead = "minutes_read", "議事録の受領";
        DecisionDone = "decision_done", "決定事項の完了";
        Answered = "answered", "回答";
        ProxyAnswered = "proxy_answered", "代理入力";
        NoticeResent = "notice_resent", "再送";
        ToldByHand = "told_by_hand", "電話等での連絡";
        FaxEntered = "fax_entered", "FAX番号の入力";
        FaxConfirmed = "fax_confirmed", "FAX番号の読み合わせ";
        FaxTested = "fax_tested", "FAXの試験送信";
        FaxPrinted = "fax_printed", "FAXの印刷";
        FaxSent = "fax_sent", "FAXの送信";
        FaxReceived = "fax_received", "FAXの受領確認";
        FaxLost = "fax_lost", "FAXの不達";
        MailBounced = "mail_bounced", "メールの不達";
        MailKept = "mail_kept", "メールの受付";
        MailSettled = "mail_settled", "届いたメールの確認";
        FeedMade = "feed_made", "カレンダー連携の開始";
        FeedRevoked = "feed_revoked", "カレンダー連携の停止";
        ScreenMade = "screen_made", "壁掛け画面の追加";
        ScreenRevoked = "screen_revoked", "壁掛け画面の停止";
        RegionPrepared = "region_prepared", "地域の準備";
    }
}
