//! A service model as far as the wire needs it: the published JSON form, of which only facts are kept and no texts.
//!
//! The same types read a published model and our reduced one, because the reduced one keeps the published names.

use std::collections::BTreeSet;
use std::fmt::{self, Write as _};
use std::marker::PhantomData;

use anyhow::Context as _;
use serde::de::{MapAccess, Visitor};
use serde::ser::SerializeMap as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// A JSON object whose order is kept: members are written in the order of the model.
#[derive(Debug, Clone)]
pub(super) struct Ordered<T>(pub(super) Vec<(String, T)>);

impl<T> Default for Ordered<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T> Ordered<T> {
    pub(super) fn get(&self, name: &str) -> anyhow::Result<&T> {
        let found = self.0.iter().find(|(key, _)| key == name);
        Ok(&found.with_context(|| format!("no {name} in the model"))?.1)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

impl<T: Serialize> Serialize for Ordered<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.0.len()))?;
        for (key, value) in &self.0 {
            map.serialize_entry(key, value)?;
        }
        map.end()
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Ordered<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Pairs<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Pairs<T> {
            type Value = Ordered<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut pairs = Vec::new();
                while let Some(pair) = map.next_entry()? {
                    pairs.push(pair);
                }
                Ok(Ordered(pairs))
            }
        }
        deserializer.deserialize_map(Pairs(PhantomData))
    }
}

fn no(flag: &bool) -> bool {
    !flag
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Model {
    pub(super) metadata: Metadata,
    pub(super) operations: Ordered<Operation>,
    pub(super) shapes: Ordered<Shape>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Metadata {
    pub(super) api_version: String,
    pub(super) endpoint_prefix: String,
    pub(super) protocol: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) signing_name: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) target_prefix: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) xml_namespace: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Operation {
    pub(super) http: Http,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) input: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) output: Option<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) errors: Vec<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) authtype: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Http {
    pub(super) method: String,
    pub(super) request_uri: String,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Reference {
    pub(super) shape: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) result_wrapper: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) location: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) location_name: Option<String>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Shape {
    #[serde(rename = "type")]
    pub(super) kind: String,
    #[serde(default, skip_serializing_if = "Ordered::is_empty")]
    pub(super) members: Ordered<Reference>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) required: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) payload: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) member: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) key: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) value: Option<Reference>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) min: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) max: Option<f64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) pattern: Option<String>,
    #[serde(default, rename = "enum", skip_serializing_if = "Vec::is_empty")]
    pub(super) words: Vec<String>,
    #[serde(default, skip_serializing_if = "no")]
    pub(super) sensitive: bool,
    #[serde(default, skip_serializing_if = "no")]
    pub(super) flattened: bool,
    #[serde(default, skip_serializing_if = "no")]
    pub(super) exception: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Fault>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Fault {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<String>,
    pub(super) http_status_code: u16,
}

impl Shape {
    /// Shapes that this one is made of.
    pub(super) fn parts(&self) -> impl Iterator<Item = &str> {
        let members = self.members.0.iter().map(|(_, member)| member);
        let others = [&self.member, &self.key, &self.value];
        members
            .chain(others.into_iter().flatten())
            .map(|reference| reference.shape.as_str())
    }
}

impl Model {
    /// Only these operations (all when none is named) and what they are made of.
    pub(super) fn reduce(mut self, operations: &[&str]) -> anyhow::Result<Self> {
        if !operations.is_empty() {
            self.operations
                .0
                .retain(|(name, _)| operations.contains(&name.as_str()));
        }
        let mut open: Vec<String> = Vec::new();
        for (_, operation) in &self.operations.0 {
            let ends = operation.input.iter().chain(&operation.output);
            open.extend(ends.chain(&operation.errors).map(|end| end.shape.clone()));
        }
        let mut kept = BTreeSet::new();
        while let Some(name) = open.pop() {
            if kept.insert(name.clone()) {
                open.extend(self.shapes.get(&name)?.parts().map(str::to_owned));
            }
        }
        self.shapes.0.retain(|(name, _)| kept.contains(name));
        for (_, shape) in self.shapes.0.iter_mut().filter(|(_, s)| s.exception) {
            // What an error says is written by hand; its members are always a message and little else.
            shape.required.clear();
        }
        Ok(self)
    }

    /// The reduced form: one line for each operation and shape, so that a newer model shows as a small change.
    pub(super) fn write(&self) -> anyhow::Result<String> {
        let mut out = format!(
            "{{\n\"metadata\": {}",
            serde_json::to_string(&self.metadata)?
        );
        out.push_str(",\n\"operations\": {");
        lines(&mut out, &self.operations)?;
        out.push_str("},\n\"shapes\": {");
        lines(&mut out, &self.shapes)?;
        out.push_str("}\n}\n");
        Ok(out)
    }
}

fn lines<T: Serialize>(out: &mut String, all: &Ordered<T>) -> anyhow::Result<()> {
    for (index, (name, value)) in all.0.iter().enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(
            out,
            "{comma}\n{}: {}",
            serde_json::to_string(name)?,
            serde_json::to_string(value)?
        )?;
    }
    out.push('\n');
    Ok(())
}
