//! Where something stands, and how far that is as the crow flies.

use unicode_normalization::UnicodeNormalization;

use super::fault::Fault;

/// The Earth's mean radius in metres (IUGG, <https://doi.org/10.1007/s001900050278>).
const EARTH: f64 = 6_371_008.8;

/// A place on the Earth (WGS 84), to the millionth of a degree: some ten centimetres.
#[derive(Clone, Copy, Debug, Eq, Hash, PartialEq)]
pub struct Point {
    latitude: i32,
    longitude: i32,
}

impl Point {
    /// A place from degrees; none where they are no place.
    #[must_use]
    pub fn of(latitude: f64, longitude: f64) -> Option<Self> {
        let is_place = (-90.0..=90.0).contains(&latitude) && (-180.0..=180.0).contains(&longitude);
        #[expect(clippy::cast_possible_truncation, reason = "at most 180 million")]
        let millionths = |degrees: f64| (degrees * 1e6).round() as i32;
        is_place.then(|| Self { latitude: millionths(latitude), longitude: millionths(longitude) })
    }

    /// Degrees north.
    #[must_use]
    pub fn latitude(self) -> f64 {
        f64::from(self.latitude) / 1e6
    }

    /// Degrees east.
    #[must_use]
    pub fn longitude(self) -> f64 {
        f64::from(self.longitude) / 1e6
    }

    /// Metres to another place on a round Earth, true to half a per cent
    /// (haversine, <https://en.wikipedia.org/wiki/Haversine_formula>).
    #[must_use]
    pub fn metres_to(self, other: Self) -> u32 {
        let (from, to) = (self.latitude().to_radians(), other.latitude().to_radians());
        let half = |angle: f64| (angle / 2.0).sin().powi(2);
        let east = (other.longitude() - self.longitude()).to_radians();
        let chord = half(to - from) + from.cos() * to.cos() * half(east);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most half the Earth's girth")]
        let metres = (2.0 * EARTH * chord.min(1.0).sqrt().asin()).round() as u32;
        metres
    }
}

/// Japan from 沖ノ鳥島 to 弁天島 and from 与那国島 to 南鳥島, in degrees north and east
/// (<https://www.gsi.go.jp/KOKUJYOHO/center.htm>).
const JAPAN: ((f64, f64), (f64, f64)) = ((20.4, 45.6), (122.9, 154.0));

/// Reads a place as people type or paste it: two fields of decimal degrees, or both in the first, with a comma between.
/// Full-width digits count; nothing in both is no place.
///
/// # Errors
/// [`Fault::NotAPlace`] where it is no number of degrees, or not in Japan.
pub fn read(latitude: &str, longitude: &str) -> Result<Option<Point>, Fault> {
    let plain = |typed: &str| typed.nfkc().collect::<String>().replace('、', ",");
    let (mut latitude, mut longitude) = (plain(latitude), plain(longitude));
    if let (Some((north, east)), true) = (latitude.split_once(','), longitude.trim().is_empty()) {
        (latitude, longitude) = (north.to_owned(), east.to_owned());
    }
    if latitude.trim().is_empty() && longitude.trim().is_empty() {
        return Ok(None);
    }
    let within = |typed: &str, (least, most): (f64, f64)| {
        typed.trim().parse::<f64>().ok().filter(|degrees| (least..=most).contains(degrees))
    };
    let place = within(&latitude, JAPAN.0).zip(within(&longitude, JAPAN.1));
    place.and_then(|(latitude, longitude)| Point::of(latitude, longitude)).map(Some).ok_or(Fault::NotAPlace)
}

/// A flat piece of the Earth that holds some places; metres from its north-west corner.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Field {
    north: f64,
    west: f64,
    /// Metres of a degree of longitude in its middle.
    east: f64,
    /// From west to east, in metres.
    pub width: f64,
    /// From north to south, in metres.
    pub height: f64,
}

/// Metres of a degree of latitude.
const DEGREE: f64 = EARTH * std::f64::consts::PI / 180.0;
/// No field is smaller: one place alone would have no size.
const LEAST: f64 = 2_000.0;

impl Field {
    /// The smallest that holds the places; none where there is none.
    #[must_use]
    pub fn around(places: &[Point]) -> Option<Self> {
        let ends = |read: fn(Point) -> f64| {
            let least = places.iter().copied().map(read).reduce(f64::min)?;
            Some((least, places.iter().copied().map(read).reduce(f64::max)?))
        };
        let ((south, north), (west, east)) = (ends(Point::latitude)?, ends(Point::longitude)?);
        let degree = DEGREE * f64::midpoint(south, north).to_radians().cos();
        let (width, height) = ((east - west) * degree, (north - south) * DEGREE);
        let (wider, taller) = ((LEAST - width).max(0.0), (LEAST - height).max(0.0));
        Some(Self {
            north: north + taller / 2.0 / DEGREE,
            west: west - wider / 2.0 / degree,
            east: degree,
            width: width + wider,
            height: height + taller,
        })
    }

    /// Metres east and south of the corner.
    #[must_use]
    pub fn metres(&self, place: Point) -> (f64, f64) {
        ((place.longitude() - self.west) * self.east, (self.north - place.latitude()) * DEGREE)
    }
}

/// A distance in words: 「約3.2km」.
#[must_use]
pub fn about(metres: u32) -> String {
    let tenths = (metres + 50) / 100;
    if tenths == 0 { "100m以内".into() } else { format!("約{}.{}km", tenths / 10, tenths % 10) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_distance_is_that_of_the_map() {
        let station = Point::of(35.681_236, 139.767_125).unwrap();
        for (name, latitude, longitude, expected) in [
            ("itself", 35.681_236, 139.767_125, 0..=0),
            ("Shinjuku", 35.690_921, 139.700_258, 6_130..=6_160),
            ("Osaka", 34.702_485, 135.495_951, 402_500..=404_500),
            ("a degree of latitude", 36.681_236, 139.767_125, 111_190..=111_200),
            ("the other side", -35.681_236, -40.232_875, 20_015_000..=20_016_000),
        ] {
            let there = Point::of(latitude, longitude).unwrap();
            assert!(expected.contains(&station.metres_to(there)), "{name}: {}", station.metres_to(there));
            assert_eq!(station.metres_to(there), there.metres_to(station), "{name} and back");
        }
    }

    #[test]
    fn a_place_is_read_as_it_is_typed_or_pasted() {
        let tower = Point::of(35.6586, 139.7454);
        for (latitude, longitude, expected) in [
            ("35.6586", "139.7454", Ok(tower)),
            ("３５．６５８６", " １３９.7454 ", Ok(tower)),
            ("35.6586, 139.7454", "", Ok(tower)),
            ("35.6586、139.7454", "", Ok(tower)),
            ("", " ", Ok(None)),
            ("35.6586", "", Err(Fault::NotAPlace)),
            ("", "139.7454", Err(Fault::NotAPlace)),
            ("139.7454", "35.6586", Err(Fault::NotAPlace)),
            ("51.5", "-0.1", Err(Fault::NotAPlace)),
            ("0", "0", Err(Fault::NotAPlace)),
            ("35度39分", "139度44分", Err(Fault::NotAPlace)),
            ("NaN", "139.7", Err(Fault::NotAPlace)),
            ("35.6,139.7", "139.7", Err(Fault::NotAPlace)),
        ] {
            assert_eq!(read(latitude, longitude), expected, "{latitude} {longitude}");
        }
    }

    #[test]
    fn a_field_holds_its_places() {
        let at = |latitude, longitude| Point::of(latitude, longitude).unwrap();
        assert_eq!(Field::around(&[]), None);
        for (places, width, height) in [
            (vec![at(35.0, 139.0)], 2_000.0, 2_000.0),
            (vec![at(35.0, 139.0), at(35.1, 139.0)], 2_000.0, 11_119.5),
            (vec![at(0.1, 139.2), at(-0.1, 139.0), at(0.0, 139.1)], 22_239.0, 22_239.0),
        ] {
            let field = Field::around(&places).unwrap();
            assert!((field.width - width).abs() < 1.0 && (field.height - height).abs() < 1.0, "{field:?}");
            for place in places {
                let (x, y) = field.metres(place);
                assert!(
                    (-0.01..=width + 0.1).contains(&x) && (-0.01..=height + 0.1).contains(&y),
                    "{place:?}: {x} {y}"
                );
            }
        }
    }

    #[test]
    fn what_is_no_place_is_none() {
        for (latitude, longitude, is_place) in [
            (90.0, 180.0, true),
            (90.1, 0.0, false),
            (0.0, -180.1, false),
            (f64::NAN, 0.0, false),
            (0.0, f64::INFINITY, false),
        ] {
            assert_eq!(Point::of(latitude, longitude).is_some(), is_place, "{latitude} {longitude}");
        }
    }

    #[test]
    fn a_distance_is_rounded_in_words() {
        for (metres, words) in [
            (0, "100m以内"),
            (49, "100m以内"),
            (50, "約0.1km"),
            (3_249, "約3.2km"),
            (3_250, "約3.3km"),
            (99_999, "約100.0km"),
        ] {
            assert_eq!(about(metres), words);
        }
    }
}
