//! The OpenAPI document: whole, true, and without a name of anybody.

use std::collections::BTreeSet;

use axum::http::Method;
use okaeri::api::ENDPOINTS;
use okaeri::id::CaseId;
use serde_json::{Value, json};

use super::Net;

async fn document(net: &Net) -> Value {
    net.area.world.stranger().get("/api/v1/openapi.json").await.is(200).json()
}

#[tokio::test]
async fn every_endpoint_is_in_the_document_and_nothing_else() {
    let net = Net::new().await;
    let document = document(&net).await;
    assert_eq!(document["openapi"].as_str().unwrap().get(..4), Some("3.1."));
    let told: BTreeSet<_> = document["paths"]
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(path, item)| item.as_object().unwrap().keys().map(move |method| (method.clone(), path.clone())))
        .collect();
    let served: BTreeSet<_> =
        ENDPOINTS.iter().map(|(method, path)| ((*method).to_owned(), (*path).to_owned())).collect();
    assert_eq!(told, served);
    let ids: BTreeSet<_> =
        operations(&document).map(|(_, _, operation)| operation["operationId"].to_string()).collect();
    assert_eq!(ids.len(), ENDPOINTS.len());
    let listed: BTreeSet<_> = document["tags"].as_array().unwrap().iter().map(|tag| tag["name"].to_string()).collect();
    let used: BTreeSet<_> = operations(&document).map(|(_, _, operation)| operation["tags"][0].to_string()).collect();
    assert_eq!(listed, used);
    let codes = document.pointer("/components/schemas/Acceptance/enum").unwrap();
    assert_eq!(
        *codes,
        json!(["accepting", "ask", "not_accepting"]),
        "what is sent, not what it is called in the program"
    );
}

#[tokio::test]
async fn every_reference_leads_somewhere() {
    let document = document(&Net::new().await).await;
    let mut seen = 0;
    walk(&document, &mut |reference| {
        seen += 1;
        assert!(document.pointer(reference.strip_prefix('#').unwrap()).is_some(), "{reference}");
    });
    assert!(seen > 50, "{seen}");
}

#[tokio::test]
async fn every_example_is_one_that_is_understood() {
    let net = Net::new().await;
    let document = document(&net).await;
    let mut seen = 0;
    for (method, path, operation) in operations(&document) {
        let Some(reference) = operation.pointer("/requestBody/content/application~1json/schema/$ref") else { continue };
        let schema = document.pointer(reference.as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
        let Some(example) = schema.get("example") else { continue };
        seen += 1;
        let path = path.replace("{id}", &CaseId::fresh().to_string());
        let method = Method::from_bytes(method.to_uppercase().as_bytes()).unwrap();
        let back = net.hospital.send(method, &path, Some(example.to_string()), None).await;
        assert!(matches!(back.status.as_u16(), 403 | 404 | 422), "{path} {}", back.body);
        back.lacks("unreadable");
    }
    assert!(seen >= 4, "{seen}");
}

fn operations(document: &Value) -> impl Iterator<Item = (&String, &String, &Value)> {
    let paths = document["paths"].as_object().unwrap();
    paths.iter().flat_map(|(path, item)| item.as_object().unwrap().iter().map(move |(method, it)| (method, path, it)))
}

fn walk(value: &Value, visit: &mut impl FnMut(&str)) {
    match value {
        Value::Object(fields) => {
            if let Some(Value::String(reference)) = fields.get("$ref") {
                visit(reference);
            }
            fields.values().for_each(|value| walk(value, visit));
        }
        Value::Array(items) => items.iter().for_each(|value| walk(value, visit)),
        _ => {}
    }
}
