//! A map without a map server: towns as words, houses as signs with a number, drawn where they are. A sign stands above the dot to
//! which it belongs; signs that would cover one another move aside, and a line shows where they belong. A second, narrow drawing of
//! the same is for a phone, where there is no room for names.

use maud::{Markup, html};

use super::chip::Tone;
use crate::domain::geo::{Field, Point};

/// How a map is drawn; all are points of the picture.
struct Style {
    /// Its width where there is room for all signs.
    width: f64,
    /// A sign.
    sign: (f64, f64),
    /// A letter of a town's name.
    town: f64,
    /// The height of the name beneath a sign; 0 where there is none.
    name: f64,
    margin: f64,
    /// So many times the room that the signs take.
    room: f64,
    /// Whether it grows wider where there isn't room enough; otherwise it grows longer.
    widens: bool,
}

const WIDE: Style =
    Style { width: 960.0, sign: (60.0, 44.0), town: 20.0, name: 18.0, margin: 90.0, room: 5.0, widens: true };
const NARROW: Style =
    Style { width: 340.0, sign: (52.0, 44.0), town: 15.0, name: 0.0, margin: 40.0, room: 3.0, widens: false };
/// More signs than this are only drawn wide.
const FEW: usize = 30;
/// A letter of a house's name.
const LETTER: f64 = 13.0;
/// From a dot to the lower edge of its sign.
const POLE: f64 = 8.0;
const DOT: f64 = 10.0;
/// How far a sign may move, in halves of itself.
const RINGS: i32 = 24;

impl Style {
    /// The height of a sign with its name.
    const fn tall(&self) -> f64 {
        self.sign.1 + self.name + 4.0
    }

    fn needs(&self, name: &str) -> f64 {
        if self.name > 0.0 { wide(name, LETTER).max(self.sign.0) } else { self.sign.0 }
    }
}

/// A town's name.
#[derive(Clone, Debug)]
pub struct Town<'a> {
    /// Its name.
    pub name: &'a str,
    /// Its midst.
    pub at: Point,
}

/// A house.
#[derive(Clone, Debug)]
pub struct Mark<'a> {
    /// Where it leads.
    pub href: String,
    /// Its name, drawn below.
    pub name: &'a str,
    /// Where it stands.
    pub at: Point,
    /// ○, △, × or ?.
    pub sign: char,
    /// Its colour.
    pub tone: Tone,
    /// The number beside the sign.
    pub beds: Option<u32>,
    /// What the sign means: 「受入可」.
    pub said: &'a str,
}

/// The map; the most important marks come first. `here` is where the reader is. Nothing where nothing has a place.
#[must_use]
pub fn map(label: &str, towns: &[Town<'_>], marks: &[Mark<'_>], here: Option<Point>) -> Markup {
    html! {
        div.map tabindex="0" role="group" aria-label=(label) {
            (drawn(&WIDE, towns, marks, here))
            @if marks.len() <= FEW { (drawn(&NARROW, towns, marks, here)) }
        }
    }
}

fn drawn(style: &Style, towns: &[Town<'_>], marks: &[Mark<'_>], here: Option<Point>) -> Markup {
    let places = marks.iter().map(|mark| mark.at).chain(towns.iter().map(|town| town.at)).chain(here);
    let Some(sheet) = Sheet::new(style, &places.collect::<Vec<_>>(), marks.len()) else { return html! {} };
    let here = here.map(|here| sheet.at(here));
    let homes: Vec<_> = marks.iter().map(|mark| (sheet.at(mark.at), style.needs(mark.name))).collect();
    let named: Vec<_> = towns.iter().map(|town| (town.name, sheet.inside(town, style.town))).collect();
    let letters = named.iter().map(|(name, at)| (*at, wide(name, style.town), style.town * 1.4));
    let own = here.map(|(x, y)| ((x, y + 6.0), wide(HERE, LETTER), 36.0));
    let dots = homes.iter().map(|(home, _)| (*home, DOT, DOT));
    let fixed = letters.chain(own).chain(dots).map(|(at, width, height)| Rect::around(at, width, height)).collect();
    let places = spread(style, &homes, fixed, (sheet.width, sheet.height));
    let (width, height) = (round(sheet.width), round(sheet.height));
    html! {
        svg viewBox=(format!("0 0 {width} {height}")) width=(width) height=(height) {
            g aria-hidden="true" {
                @for (name, (x, y)) in &named { text.map__town x=(round(*x)) y=(round(y + 7.0)) { (name) } }
                @for ((home, _), place) in homes.iter().zip(&places) { (lead(*home, *place)) }
                (sheet.scale())
            }
            @for (mark, place) in marks.iter().zip(&places) { (sign(style, mark, *place)) }
            g aria-hidden="true" {
                @for ((x, y), _) in &homes { circle.map__dot cx=(round(*x)) cy=(round(*y)) r="4" {} }
                @if let Some((x, y)) = here { (own_place(x, y)) }
            }
        }
    }
}

const HERE: &str = "自分の機関";

fn own_place(x: f64, y: f64) -> Markup {
    html! {
        path.map__here d=(format!("M{} {}l9 9l-9 9l-9 -9z", round(x), round(y - 9.0))) {}
        text.map__name x=(round(x)) y=(round(y + 23.0)) { (HERE) }
    }
}

/// From where a sign belongs to where it stands.
fn lead(home: (f64, f64), place: (f64, f64)) -> Markup {
    let [x, y, to_x, to_y] = [home.0, home.1, place.0, place.1].map(round);
    html! { path.map__lead d=(format!("M{x} {y}L{to_x} {to_y}")) {} }
}

fn sign(style: &Style, mark: &Mark<'_>, (x, y): (f64, f64)) -> Markup {
    let (wide, high) = style.sign;
    let top = y - f64::midpoint(high, style.name);
    let face = mark.beds.map_or_else(|| mark.sign.to_string(), |beds| format!("{} {beds}", mark.sign));
    html! {
        // The label begins with what is seen: who speaks to the machine says that (WCAG 2.5.3).
        a href=(mark.href) aria-label=(format!("{face} {} {}", mark.name, mark.said)) {
            g.map__mark data-tone=(mark.tone.name()) {
                rect x=(round(x - wide / 2.0)) y=(round(top)) width=(round(wide)) height=(round(high)) rx="8" {}
                text x=(round(x)) y=(round(top + 30.0)) { (face) }
            }
            @if style.name > 0.0 { " " text.map__name x=(round(x)) y=(round(top + high + 14.0)) { (mark.name) } }
        }
    }
}

fn wide(text: &str, letter: f64) -> f64 {
    text.chars().map(|_| letter).sum()
}

#[expect(clippy::cast_possible_truncation, reason = "a picture of a few thousand points")]
const fn round(value: f64) -> i32 {
    value.round() as i32
}

/// The picture's size, and how metres become points.
struct Sheet {
    field: Field,
    points: f64,
    width: f64,
    height: f64,
}

impl Sheet {
    fn new(style: &Style, places: &[Point], marks: usize) -> Option<Self> {
        let field = Field::around(places)?;
        let marks = f64::from(u32::try_from(marks).unwrap_or(u32::MAX));
        let needed = marks * 2.0 * style.sign.0 * style.tall() * style.room;
        // A long and narrow region still gets a picture of some height.
        let shape = (field.height / field.width).clamp(0.4, 2.5);
        let width = if style.widens { (needed / shape).sqrt().max(style.width) } else { style.width };
        let points = (width - 2.0 * style.margin) / field.width.max(field.height / 2.5);
        let least = if style.widens { 0.0 } else { needed / width };
        let height = (field.height * points + 2.0 * style.margin).max(width * 0.4).max(least);
        Some(Self { field, points, width, height })
    }

    fn at(&self, place: Point) -> (f64, f64) {
        let (east, south) = self.field.metres(place);
        let (spare_x, spare_y) =
            (self.width - self.field.width * self.points, self.height - self.field.height * self.points);
        (east * self.points + spare_x / 2.0, south * self.points + spare_y / 2.0)
    }

    /// Where a town's name is written: at its place, but not over an edge.
    fn inside(&self, town: &Town<'_>, letter: f64) -> (f64, f64) {
        let ((x, y), half) = (self.at(town.at), wide(town.name, letter) / 2.0);
        (x.min(self.width - half).max(half), y)
    }

    /// North, and a bar of so many kilometres.
    fn scale(&self) -> Markup {
        let fits = |km: &f64| km * 1000.0 * self.points <= 200.0;
        let km = [100.0, 50.0, 20.0, 10.0, 5.0, 2.0, 1.0, 0.5].into_iter().find(fits).unwrap_or(0.2);
        let (long, bottom, right) =
            (round(km * 1000.0 * self.points), round(self.height - 16.0), round(self.width - 28.0));
        html! {
            path.map__bar d=(format!("M16 {}v6h{long}v-6", bottom - 6)) {}
            text.map__unit x="16" y=(bottom - 12) { (km) "km" }
            path.map__north d=(format!("M{right} 12l9 26l-9 -6l-9 6z")) {}
            text.map__name x=(right) y="56" { "北" }
        }
    }
}

#[derive(Clone, Copy)]
struct Rect {
    left: f64,
    top: f64,
    right: f64,
    bottom: f64,
}

impl Rect {
    fn around((x, y): (f64, f64), width: f64, height: f64) -> Self {
        Self { left: x - width / 2.0, top: y - height / 2.0, right: x + width / 2.0, bottom: y + height / 2.0 }
    }

    fn meets(&self, other: &Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }
}

/// Where signs of some width stand: each as near above its home as what stands there already allows.
fn spread(
    style: &Style,
    homes: &[((f64, f64), f64)],
    mut taken: Vec<Rect>,
    (width, height): (f64, f64),
) -> Vec<(f64, f64)> {
    let tall = style.tall();
    let mut places = Vec::new();
    for (home, wide) in homes {
        let above = (home.0, home.1 - tall / 2.0 - POLE);
        let is_free = |place: &(f64, f64)| {
            let rect = Rect::around(*place, wide + 6.0, tall);
            let inside = rect.left >= 0.0 && rect.top >= 0.0 && rect.right <= width && rect.bottom <= height;
            inside && !taken.iter().any(|other| rect.meets(other))
        };
        let moved =
            |(x, y): (i32, i32)| (above.0 + f64::from(x) * style.sign.0 / 2.0, above.1 + f64::from(y) * tall / 2.0);
        let place = (0..=RINGS).flat_map(ring).map(moved).find(is_free).unwrap_or(above);
        taken.push(Rect::around(place, wide + 6.0, tall));
        places.push(place);
    }
    places
}

/// The steps of a square ring, the shortest first.
fn ring(far: i32) -> Vec<(i32, i32)> {
    let side = move |along: i32| [(along, -far), (along, far), (-far, along), (far, along)];
    let mut steps: Vec<_> = (-far..=far).flat_map(side).collect();
    steps.sort_unstable_by_key(|(x, y)| (x * x + y * y, *x, *y));
    steps.dedup();
    steps
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_ring_has_each_step_once() {
        for (far, count) in [(0, 1), (1, 8), (2, 16)] {
            let steps = ring(far);
            assert_eq!(steps.len(), count);
            assert!(steps.iter().all(|(x, y)| x.abs().max(y.abs()) == far));
        }
    }

    #[test]
    fn signs_never_cover_one_another_where_there_is_room() {
        for style in [&WIDE, &NARROW] {
            let homes = vec![((400.0, 300.0), 60.0); 20];
            let town = Rect::around((400.0, 300.0), 80.0, 20.0);
            let places = spread(style, &homes, vec![town], (800.0, 600.0));
            let rects: Vec<_> = places.iter().map(|place| Rect::around(*place, 60.0, style.tall() - 4.0)).collect();
            for (at, rect) in rects.iter().enumerate() {
                assert!(!rect.meets(&town) && !rects[at + 1..].iter().any(|other| rect.meets(other)), "{at}");
                assert!(rect.left >= 0.0 && rect.right <= 800.0 && rect.top >= 0.0 && rect.bottom <= 600.0, "{at}");
            }
        }
    }

    #[test]
    fn no_sign_covers_a_dot() {
        let homes = [((100.0, 100.0), 60.0), ((110.0, 70.0), 60.0), ((150.0, 100.0), 60.0)];
        let dots: Vec<_> = homes.iter().map(|(home, _)| Rect::around(*home, DOT, DOT)).collect();
        let places = spread(&NARROW, &homes, dots.clone(), (340.0, 300.0));
        for place in places {
            let sign = Rect::around(place, NARROW.sign.0, NARROW.sign.1);
            assert!(!dots.iter().any(|dot| sign.meets(dot)), "{place:?}");
        }
    }

    #[test]
    fn who_stands_alone_has_the_sign_above_the_dot() {
        let homes = [((100.0, 100.0), 60.0)];
        let dot = Rect::around(homes[0].0, DOT, DOT);
        assert_eq!(spread(&WIDE, &homes, vec![dot], (300.0, 300.0)), [(100.0, 100.0 - WIDE.tall() / 2.0 - POLE)]);
    }

    #[test]
    fn a_narrow_picture_stays_as_wide_as_a_phone() {
        let places = [(35.0, 139.0), (35.1, 139.9)].map(|(north, east)| Point::of(north, east).unwrap());
        for marks in [1, FEW] {
            let sheet = Sheet::new(&NARROW, &places, marks).unwrap();
            assert!(round(sheet.width) == 340 && sheet.height < 1600.0, "{marks}: {}", sheet.height);
        }
        assert!(Sheet::new(&WIDE, &places, 300).unwrap().width > WIDE.width);
    }
}
