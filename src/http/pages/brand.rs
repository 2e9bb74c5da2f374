//! The colours and logos of tenants, under names that change with their content.
//!
//! A style is not stored: its name contains the colours, and a name without readable colours does not exist.

use actix_web::HttpResponse;
use actix_web::web::{self, Data, Path, ServiceConfig};

use crate::domain::tenants::brand::{Brand, Colour, Scheme};
use crate::domain::tenants::logo::LogoName;
use crate::service::Refusal;

use crate::http::shared::assets::FOR_GOOD;
use crate::http::shared::fallback::allowing;
use crate::http::shared::problems::audience::Audience;
use crate::http::shared::problems::problem::Problem;
use crate::http::state::AppState;

/// The word for the standard colour.
const USUAL: &str = "usual";

/// The path of the style with these colours; `None` for the standard ones.
pub(crate) fn style_path(brand: &Brand) -> Option<String> {
    let word = |accent: Option<Colour>| match accent {
        Some(colour) => colour.to_string().split_off(1),
        None => USUAL.to_owned(),
    };
    let words = (word(brand.accent), word(brand.accent_dark));
    (!brand.is_empty()).then(|| format!("/assets/brand-{}-{}.css", words.0, words.1))
}

/// The routes of the styles and logos.
pub(crate) fn routes(config: &mut ServiceConfig) {
    config
        .service(
            web::resource("/assets/brand-{light}-{dark}.css")
                .route(web::get().to(style))
                .route(web::head().to(style))
                .default_service(allowing("GET, HEAD")),
        )
        .service(
            web::resource("/assets/logo-{name}")
                .route(web::get().to(logo))
                .route(web::head().to(logo))
                .default_service(allowing("GET, HEAD")),
        );
}

/// `GET /assets/brand-{light}-{dark}.css`
async fn style(words: Path<(String, String)>) -> HttpResponse {
    let (light, dark) = words.into_inner();
    let rules = rule("light", Scheme::Light, &light).zip(rule("dark", Scheme::Dark, &dark));
    match rules {
        Some((light, dark)) => HttpResponse::Ok()
            .insert_header(FOR_GOOD)
            .content_type("text/css; charset=utf-8")
            .body(light + &dark),
        None => HttpResponse::NotFound().finish(),
    }
}

/// The rules for one colour scheme; `None` for a word that is not a valid colour. The background of hovered
/// elements becomes the page's own, on which every accent is readable.
fn rule(media: &str, scheme: Scheme, word: &str) -> Option<String> {
    if word == USUAL {
        return Some(String::new());
    }
    let colour = scheme.accent(&format!("#{word}")).ok()?;
    Some(format!(
        "@media (prefers-color-scheme: {media}) {{ :root {{ --mint: {colour}; --mint-wash: var(--paper); }} }}\n"
    ))
}

/// `GET /assets/logo-{name}`
pub(crate) async fn logo(state: Data<AppState>, name: Path<String>) -> HttpResponse {
    let Ok(name) = LogoName::parse(&name) else { return HttpResponse::NotFound().finish() };
    let media = name.picture().media();
    match state.services.tenants.logo(name).await {
        Ok(Some(content)) => HttpResponse::Ok().insert_header(FOR_GOOD).content_type(media).body(content),
        Ok(None) => HttpResponse::NotFound().finish(),
        Err(refusal) => unavailable(&refusal),
    }
}

fn unavailable(refusal: &Refusal) -> HttpResponse {
    Problem::of(refusal, Audience::Public).on(HttpResponse::ServiceUnavailable().finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn accents_are_checked_against_the_surfaces_of_the_style() {
        let style = include_str!("../../../templates/tokens.css");
        let (light, dark) = style.split_once("@media (prefers-color-scheme: dark)").unwrap();
        assert!(light.contains(&format!("--paper: {};", Scheme::Light.surface())));
        assert!(dark.contains(&format!("--card: {};", Scheme::Dark.surface())));
        let of = |part: &str, name: &str| {
            let value = part.split_once(&format!("--{name}: ")).unwrap().1.split_once(';').unwrap().0;
            Colour::parse(value).unwrap()
        };
        // The colour closest to a readable accent: all others are further away from it.
        for (part, scheme) in [(light, Scheme::Light), (dark, Scheme::Dark)] {
            let ends = [Colour::parse("#000000").unwrap(), Colour::parse("#ffffff").unwrap()];
            let ink = ends
                .into_iter()
                .max_by(|a, b| a.contrast(scheme.surface()).total_cmp(&b.contrast(scheme.surface())));
            let ink = ink.unwrap();
            for name in ["paper", "card", "on-mint"] {
                assert!(of(part, name).contrast(ink) >= scheme.surface().contrast(ink), "{name}");
            }
        }
    }
}
