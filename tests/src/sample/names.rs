//! Made-up companies and people. Any likeness is chance: the stems and family names were invented for this list.

use std::collections::BTreeSet;

use crate::random::Random;

/// Draws companies, none twice, and people.
#[derive(Debug, Default)]
pub(super) struct Names {
    used: BTreeSet<String>,
}

impl Names {
    /// A company name that suits the industry, not given before.
    pub(super) fn company(&mut self, random: &mut Random, industry: Option<&str>) -> String {
        let endings = match industry {
            Some("Software") => ["Systems", "Software", "Labs"],
            Some("Manufacturing") => ["Works", "Precision", "Components"],
            Some("Finance") => ["Capital", "Credit", "Insurance"],
            Some("Logistics") => ["Freight", "Logistics", "Shipping"],
            Some("Health care") => ["Clinics", "Diagnostics", "Care"],
            Some("Retail") => ["Stores", "Trading", "Outfitters"],
            Some("Construction") => ["Builders", "Construction", "Interiors"],
            Some("Education") => ["Academy", "College", "Learning"],
            _ => ["Group", "Partners", "& Daughters"],
        };
        loop {
            let company = format!("{} {}", random.pick(&STEMS), random.pick(&endings));
            if self.used.insert(company.clone()) {
                return company;
            }
        }
    }

    /// A person's name.
    pub(super) fn contact(random: &mut Random) -> String {
        format!("{} {}", random.pick(&GIVEN), random.pick(&FAMILY))
    }
}

const STEMS: [&str; 48] = [
    "Alderquay",
    "Amberlisk",
    "Ashvendel",
    "Barrowfen",
    "Brackenholt",
    "Calderwyn",
    "Cinderby",
    "Corvantis",
    "Dunmarrow",
    "Eastermoor",
    "Elvenby",
    "Fallowick",
    "Farrowdene",
    "Glimmerick",
    "Gorsefield",
    "Greyhollin",
    "Harrowmere",
    "Hazelund",
    "Highmarsh",
    "Inverlode",
    "Juniperhall",
    "Kestrelby",
    "Kilnmoor",
    "Larkvane",
    "Lindenfold",
    "Marlowick",
    "Millbrenna",
    "Mossgarth",
    "Netherquill",
    "Norvaleth",
    "Oakhelm",
    "Ostermark",
    "Pellingate",
    "Pinebarrow",
    "Quillmere",
    "Ravensloe",
    "Rookhaven",
    "Saltmarrow",
    "Silverholm",
    "Stonelark",
    "Tarnvale",
    "Thistlemark",
    "Umberfield",
    "Vardholm",
    "Wexcombe",
    "Whinfell",
    "Yarrowgate",
    "Zellmoor",
];

const GIVEN: [&str; 40] = [
    "Ada", "Amara", "Anil", "Beatriz", "Bruno", "Carmen", "Chidi", "Clara", "Daniel", "Dilek", "Elif",
    "Emil", "Esther", "Farid", "Femi", "Greta", "Hana", "Henrik", "Ines", "Ivo", "Jamal", "Joana", "Kaito",
    "Kamila", "Leila", "Lukas", "Mairead", "Marek", "Mei", "Nadia", "Nikhil", "Noor", "Oskar", "Paola",
    "Rania", "Sven", "Tamsin", "Tomas", "Yara", "Zoe",
];

const FAMILY: [&str; 40] = [
    "Abernoth",
    "Adeyolu",
    "Bellacourt",
    "Bjornvik",
    "Brannagh-Lee",
    "Castellane",
    "Chandrapal",
    "Dalgrove",
    "Delmarin",
    "Dunleith",
    "Eklandsen",
    "Farrowby",
    "Fontaley",
    "Gravenholt",
    "Haldorff",
    "Hayashida-Moor",
    "Ibekwara",
    "Jaskolin",
    "Karimpour",
    "Kowalicz",
    "Lindqvell",
    "Lorrimond",
    "Marchetta",
    "Mbekani",
    "Nakagori",
    "Norgaarden",
    "Okonjola",
    "Oyelaran-Finch",
    "Pellegrow",
    "Petrosyanko",
    "Quintavalle",
    "Rasmundsen",
    "Salvadore-Wright",
    "Sorellan",
    "Takemoro",
    "Thornquist",
    "Ullmannsen",
    "Vasconcel",
    "Wetherham",
    "Zamoyskaya",
];
