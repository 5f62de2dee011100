//! The OpenAPI document at `/api/v1/openapi.json`, made from the table of endpoints: what isn't served can't be in it, and
//! what is served can't be missing.

use std::sync::LazyLock;

use axum::Json;
use axum::http::StatusCode;
use utoipa::openapi::header::Header;
use utoipa::openapi::path::{HttpMethod, Operation, OperationBuilder, Parameter, ParameterBuilder, ParameterIn};
use utoipa::openapi::request_body::RequestBodyBuilder;
use utoipa::openapi::schema::{KnownFormat, ObjectBuilder, SchemaFormat, Type};
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{
    Components, Content, InfoBuilder, OpenApi, OpenApiBuilder, PathItem, Paths, Ref, RefOr, Required, ResponseBuilder,
    Schema, SecurityRequirement, Tag,
};
use utoipa::{PartialSchema, ToSchema};

use super::body::{KEY, KEY_MAX};
use super::problem::Problem;
use super::reply::Made;
use super::{ENDPOINTS, docs};

const ABOUT: &str = "Brings a hospital patient home to the doctor, the pharmacy and the care manager who looked after them \
before. Ids are UUIDs, days are `2026-11-24`, moments RFC 3339. Unknown fields and parameters are refused. What isn't yours \
is 404. A change with an `Idempotency-Key` acts once: the same request, sent again, gets the same answer; the same key with \
another request is refused.";

/// The document.
pub async fn document() -> Json<&'static OpenApi> {
    static DOCUMENT: LazyLock<OpenApi> = LazyLock::new(build);
    Json(&DOCUMENT)
}

type Schemas = Vec<(String, RefOr<Schema>)>;

/// What one endpoint takes and gives.
pub struct Doc {
    summary: &'static str,
    handler: &'static str,
    parameters: Vec<Parameter>,
    body: Option<RefOr<Schema>>,
    success: StatusCode,
    answer: Option<RefOr<Schema>>,
    needs_token: bool,
    schemas: Schemas,
}

/// An endpoint that reads a `T` (200).
pub fn reads<T: ToSchema>(summary: &'static str) -> Doc {
    let mut schemas = Schemas::new();
    let answer = Some(named::<T>(&mut schemas));
    Doc {
        summary,
        handler: "",
        parameters: Vec::new(),
        body: None,
        success: StatusCode::OK,
        answer,
        needs_token: true,
        schemas,
    }
}

/// An endpoint that takes a `T` and makes something that has an id (201).
pub fn makes<T: ToSchema>(summary: &'static str) -> Doc {
    let mut doc = Doc { success: StatusCode::CREATED, ..reads::<Made>(summary) };
    doc.body = Some(named::<T>(&mut doc.schemas));
    doc
}

/// An endpoint that takes a `T` and does something (204).
pub fn does<T: ToSchema>(summary: &'static str) -> Doc {
    Doc { success: StatusCode::NO_CONTENT, answer: None, ..makes::<T>(summary) }
}

/// This document.
pub fn itself() -> Doc {
    let any = ObjectBuilder::new().schema_type(Type::Object).build();
    Doc {
        answer: Some(Schema::from(any).into()),
        needs_token: false,
        schemas: Schemas::new(),
        ..reads::<Made>("This document")
    }
}

fn named<T: ToSchema>(schemas: &mut Schemas) -> RefOr<Schema> {
    T::schemas(schemas);
    schemas.push((T::name().into_owned(), T::schema()));
    Ref::from_schema_name(T::name()).into()
}

impl Doc {
    /// The handler whose it is; it gives the operation its id and its tag.
    pub const fn of(mut self, handler: &'static str) -> Self {
        self.handler = handler;
        self
    }

    /// A parameter of the query.
    pub fn asks<T: PartialSchema>(mut self, name: &str, description: &str) -> Self {
        let parameter = ParameterBuilder::new().name(name).parameter_in(ParameterIn::Query).required(Required::False);
        self.parameters.push(parameter.description(Some(description)).schema(Some(T::schema())).build());
        self
    }

    /// What the endpoint is about: the file in which it stands.
    fn tag(&self) -> &'static str {
        self.handler.split("::").next().unwrap_or_default()
    }

    fn operation(self, path: &str) -> Operation {
        let (tag, takes_id) = (self.tag(), path.contains("{id}"));
        let statuses = self.problems(takes_id);
        let mut success = ResponseBuilder::new().description(self.success.canonical_reason().unwrap_or_default());
        if let Some(schema) = self.answer {
            success = success.content("application/json", Content::new(Some(schema)));
        }
        if self.success == StatusCode::CREATED {
            success = success.header("Location", Header::new(String::schema()));
        }
        let mut operation = OperationBuilder::new()
            .summary(Some(self.summary))
            .operation_id(Some(self.handler.replace("::", "_")))
            .tag(tag)
            .response(self.success.as_str(), success.build());
        for parameter in takes_id.then(id).into_iter().chain(self.parameters) {
            operation = operation.parameter(parameter);
        }
        if let Some(body) = self.body {
            let content = Content::new(Some(body));
            let body = RequestBodyBuilder::new().content("application/json", content).required(Some(Required::True));
            operation = operation.request_body(Some(body.build())).parameter(key());
        }
        for status in statuses {
            operation = operation.response(status.to_string(), Ref::from_response_name("Problem"));
        }
        if self.needs_token { operation } else { operation.securities(Some([SecurityRequirement::default()])) }.build()
    }

    /// How it can fail.
    fn problems(&self, takes_id: bool) -> Vec<u16> {
        let mut statuses = Vec::new();
        if self.needs_token {
            statuses.extend([401, 500]);
        }
        if takes_id {
            statuses.push(404);
        }
        if self.body.is_some() {
            statuses.extend([400, 403, 413, 415]);
        }
        if self.body.is_some() || !self.parameters.is_empty() {
            statuses.push(422);
        }
        statuses
    }
}

fn id() -> Parameter {
    let schema =
        ObjectBuilder::new().schema_type(Type::String).format(Some(SchemaFormat::KnownFormat(KnownFormat::Uuid)));
    ParameterBuilder::new()
        .name("id")
        .parameter_in(ParameterIn::Path)
        .required(Required::True)
        .schema(Some(Schema::from(schema.build())))
        .build()
}

fn key() -> Parameter {
    let schema = ObjectBuilder::new().schema_type(Type::String).min_length(Some(1)).max_length(Some(KEY_MAX));
    ParameterBuilder::new()
        .name(KEY)
        .parameter_in(ParameterIn::Header)
        .required(Required::False)
        .description(Some("Chosen by the sender: the same request with the same key acts once"))
        .schema(Some(Schema::from(schema.pattern(Some("^[!-~]+$")).build())))
        .build()
}

fn method(name: &str) -> HttpMethod {
    match name {
        "get" => HttpMethod::Get,
        "put" => HttpMethod::Put,
        _ => HttpMethod::Post,
    }
}

fn build() -> OpenApi {
    let mut paths = Paths::new();
    let mut schemas = Schemas::new();
    let mut tags = Vec::new();
    named::<Problem>(&mut schemas);
    for ((name, path), mut doc) in ENDPOINTS.iter().zip(docs()) {
        schemas.append(&mut doc.schemas);
        if !tags.contains(&doc.tag()) {
            tags.push(doc.tag());
        }
        let item = PathItem::new(method(name), doc.operation(path));
        paths.paths.entry((*path).to_owned()).or_default().merge_operations(item);
    }
    let problem = ResponseBuilder::new().description("Why it wasn't done (RFC 9457)");
    let problem =
        problem.content("application/problem+json", Content::new(Some(Ref::from_schema_name(Problem::name()))));
    let mut components = Components::new();
    components.schemas.extend(schemas);
    components.responses.insert("Problem".into(), problem.build().into());
    let bearer = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).description(Some("The token of a staff account"));
    components.add_security_scheme("token", SecurityScheme::Http(bearer.build()));
    OpenApiBuilder::new()
        .info(InfoBuilder::new().title("okaeri").version(env!("CARGO_PKG_VERSION")).description(Some(ABOUT)).build())
        .paths(paths)
        .components(Some(components))
        .security(Some([SecurityRequirement::new("token", Vec::<String>::new())]))
        .tags(Some(tags.into_iter().map(Tag::new)))
        .build()
}
