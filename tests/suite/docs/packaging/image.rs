//! The image.

use crate::support::documents::read;

fn instructions() -> Vec<(String, String)> {
    let source = read("packaging/Dockerfile").replace("\\\n", " ");
    let lines = source.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .filter_map(|line| line.split_once(' '))
        .map(|(word, rest)| (word.to_owned(), rest.to_owned()))
        .collect()
}

#[test]
fn the_image_has_the_program_and_no_secret_and_is_not_root() {
    let all = instructions();
    let last = all.iter().rposition(|(word, _)| word == "FROM").expect("a stage");
    assert!(last > 0, "the compiler is not in the image");
    let image = &all[last..];
    let value = |name: &str| image.iter().rev().find(|(word, _)| word == name).map(|(_, rest)| rest.as_str());
    let user = value("USER").and_then(|user| user.split(':').next()).expect("a user");
    assert!(user.parse::<u32>().is_ok_and(|number| number > 0), "{user}");
    assert_eq!(value("ENTRYPOINT"), Some("[\"/usr/local/bin/otpmint\"]"));
    assert_eq!(value("CMD"), Some("[\"serve\"]"));
    assert!(all.iter().all(|(word, _)| word != "ENV" && word != "ARG"), "a layer shows what is set there");
    let plain = otpmint::config::load(None, std::iter::empty()).unwrap();
    let domain = ("OTPMINT_TLS__ACME_DOMAINS".to_owned(), "otp.example.com".to_owned());
    let secure = otpmint::config::load(None, std::iter::once(domain)).unwrap();
    let ports =
        [plain.server.listen, plain.server.metrics_listen, secure.server.listen, secure.tls.http_listen];
    let ports = ports.map(|address| super::port(&address).to_string()).join(" ");
    assert_eq!(value("EXPOSE"), Some(ports.as_str()));
}

#[test]
fn the_image_is_built_with_the_compiler_and_the_profile_of_the_project() {
    let (all, cargo) = (instructions(), read("Cargo.toml"));
    let wanted = cargo.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a version");
    assert!(all[0].1.starts_with(&format!("rust:{}-", wanted.trim_matches('"'))), "{:?}", all[0]);
    let build = all.iter().find(|(word, _)| word == "RUN").expect("a build");
    assert!(build.1.contains("--locked --profile dist") && cargo.contains("[profile.dist]"), "{build:?}");
    let left_out = read(".dockerignore");
    for secret in ["**/*.key", "**/*.token", "**/secrets", ".git"] {
        assert!(left_out.lines().any(|line| line == secret), "{secret} would be in a layer");
    }
}
