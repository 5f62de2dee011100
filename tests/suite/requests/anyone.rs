//! Any hospital of the network can be asked: by its name, from the board and from its ward's page.

use super::*;

impl Town {
    /// More hospitals than are offered by themselves; the last one isn't.
    async fn many(&self) -> Vec<(OrgId, WardId)> {
        let mut all = Vec::new();
        for number in 0..21 {
            let org = self.world.org(OrgKind::Hospital, &format!("やま{number}病院")).await;
            all.push((org, self.world.ward(org, "1階").await));
        }
        self.world.place(all[0].0, 35.0, 139.0).await;
        all
    }
}

#[tokio::test]
async fn who_is_not_offered_is_found_by_name() {
    let town = Town::new().await;
    let many = town.many().await;
    let (last, chosen) = (many[20].0.to_string(), format!("value=\"{}\" checked", many[20].0));
    town.doctor.get("/requests/new").await.is(200).has("やま19病院").lacks("やま20病院");
    let form = town.form(0);
    let search = async |words: &str| town.send(&form, &[("search", "hospital_name"), ("hospital_name", words)]).await;
    let page = search("ヤマ２０").await;
    page.is(200).has(&chosen).has("昨夜から38度の熱").has(&format!("value=\"{}\" checked", town.hospitals[0].id));
    search("やま2").await.is(200).has("やま20病院").lacks(&chosen);
    search("うみの内科").await.is(200).has("見つかりません");
    search(&"や".repeat(30_000)).await.is(200).has("見つかりません");
    assert_eq!(town.world.count("select count(*) from bed_request").await, 0, "looking sends nothing");
    // What is chosen stays among the choices, whatever else is wrong.
    town.send(&form, &[("hospitals", &last), ("note", "")]).await.is(422).has(&chosen);
    let id: BedRequestId = town.send(&form, &[("hospitals", &last)]).await.is(303).id();
    ask_of(&town.world, id, many[20].0).await;
    // And one more while the request is open.
    let path = format!("/requests/{id}/asks");
    let page = town.doctor.post(&path, &[("hospital_name", "やま19")]).await;
    page.is(200).has("やま19病院に依頼する").lacks("やま20病院に依頼する");
    town.doctor.post(&path, &[("hospital_name", "やま20")]).await.is(200).has("見つかりません");
    let pressed = [("hospital_name", "やま19"), ("hospital", &*many[19].0.to_string())];
    town.doctor.post(&path, &pressed).await.is(303);
    ask_of(&town.world, id, many[19].0).await;
    town.hospitals[0].nurse.post(&path, &pressed).await.is(403);
}

#[tokio::test]
async fn the_board_leads_to_the_question() {
    let town = Town::new().await;
    let (org, ward) = town.many().await[20];
    let (link, page) = (format!("/requests/new?hospital={org}"), format!("/beds/wards/{ward}"));
    for path in ["/beds", &page] {
        town.doctor.get(path).await.is(200).has(&link).has("ここに依頼");
        town.hospitals[0].nurse.get(path).await.is(200).has("やま20病院").lacks("ここに依頼");
    }
    town.doctor.get(&link).await.is(200).has(&format!("value=\"{org}\" checked")).has("空床は未報告");
    let clinic = town.clinic;
    town.doctor.get(&format!("/requests/new?hospital={clinic}")).await.is(200).lacks(&clinic.to_string());
}
