//! Every route of the faces beside v1, found in the source and asked for its methods: a new route cannot be forgotten.

use std::fs;
use std::path::Path;

use super::wire::{Request, Wire};

/// A face, where its routes are written, and the paths below which they are.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Face {
    Original,
    Otpgateway,
    Twilio,
    Hooks,
    Pages,
    Callbacks,
    Server,
    /// Read from the description of the API.
    V1,
}

impl Face {
    const WRITTEN: [Self; 7] = [
        Self::Original,
        Self::Otpgateway,
        Self::Twilio,
        Self::Hooks,
        Self::Pages,
        Self::Callbacks,
        Self::Server,
    ];

    const fn folder(self) -> &'static str {
        match self {
            Self::Original => "original",
            Self::Otpgateway => "otpgateway",
            Self::Twilio => "twilio",
            Self::Hooks => "hooks",
            Self::Pages => "pages",
            Self::Callbacks => "callbacks",
            Self::Server => "server",
            Self::V1 => "v1",
        }
    }

    const fn roots(self) -> &'static [&'static str] {
        match self {
            Self::Original | Self::Server => &[""],
            Self::Otpgateway => &["/api", "/otp"],
            Self::Twilio => &["/v2", "/v2/Services/{service}"],
            Self::Hooks => &["/hooks"],
            Self::Pages => &["/c", "/f"],
            Self::Callbacks => &["/callbacks"],
            Self::V1 => &["/v1"],
        }
    }
}

/// A route: `path` has its parameters in braces.
#[derive(Clone, Debug)]
pub struct Route {
    pub face: Face,
    pub path: String,
    pub methods: Vec<String>,
}

/// The routes of a face.
pub fn routes_of(face: Face, wire: &mut Wire) -> Vec<Route> {
    if face == Face::V1 {
        return described();
    }
    let mut found: Vec<Route> = Vec::new();
    for written in written(face) {
        // The pattern of a loop over paths, which are found themselves.
        if written.contains("{path}") || face.roots().contains(&written.as_str()) {
            continue;
        }
        let places = face.roots().iter().map(|root| format!("{root}{written}"));
        let mut is_there = false;
        for path in places {
            let Some(methods) = methods(&path, wire) else { continue };
            is_there = true;
            if !found.iter().any(|route| route.path == path) {
                found.push(Route { face, path, methods });
            }
        }
        assert!(is_there, "{written} of {face:?} was not found: a new root?");
    }
    assert!(!found.is_empty(), "{face:?}");
    found
}

/// The routes of all faces.
pub fn routes(wire: &mut Wire) -> Vec<Route> {
    Face::WRITTEN.into_iter().chain([Face::V1]).flat_map(|face| routes_of(face, wire)).collect()
}

/// The texts of the files of routes that are paths.
fn written(face: Face) -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/http").join(face.folder());
    let mut files = Vec::new();
    collect(&folder, &mut files);
    let mut paths = Vec::new();
    for text in files {
        let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
        for line in code {
            let texts = line.split('"').skip(1).step_by(2);
            paths.extend(texts.filter(|text| text.starts_with('/')).map(str::to_owned));
        }
    }
    paths
}

fn collect(folder: &Path, files: &mut Vec<String>) {
    for entry in fs::read_dir(folder).expect("a folder of the source") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.file_name().is_some_and(|name| name == "routes.rs" || name == "resources.rs") {
            files.push(fs::read_to_string(&path).expect("a file of the source"));
        }
    }
}

/// The methods of a path, which a method that none has is told; `None` if there is nothing. What refuses every
/// method alike tells none.
fn methods(path: &str, wire: &mut Wire) -> Option<Vec<String>> {
    let target = path.split('/').map(|part| if part.starts_with('{') { "x" } else { part });
    let target = target.collect::<Vec<_>>().join("/");
    let method = "TRACE".to_owned();
    let reply = wire.send(&Request { method, target, headers: Vec::new(), body: Vec::new() })?;
    let allowed = reply.header("allow").unwrap_or("GET, POST, PUT, DELETE");
    (reply.status != 404).then(|| allowed.split(", ").map(str::to_owned).collect())
}

/// The operations of v1.
fn described() -> Vec<Route> {
    let description: serde_json::Value = serde_json::from_str(otpmint::http::openapi()).expect("JSON");
    let paths = description["paths"].as_object().expect("paths");
    let route = |(path, methods): (&String, &serde_json::Value)| {
        let methods = methods.as_object()?.keys().filter(|key| *key != "parameters");
        let methods = methods.map(|method| method.to_ascii_uppercase()).collect();
        path.starts_with("/v1/").then(|| Route { face: Face::V1, path: path.clone(), methods })
    };
    paths.iter().filter_map(route).collect()
}
