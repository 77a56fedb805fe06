//! Decisions by written policies (the Cedar language), checked against a schema.
//!
//! Owns:     the evaluation of policies; the only crate that knows Cedar.
//! Promises: policies that do not fit the schema are not loaded; a decision reads nothing but what it is given; what no policy permits is
//!           refused.
//! Never:    knows a role, an action or a kind of resource: those are words of the policies.
//! Start at: [`Engine::new`], [`Engine::permits`].

use cedar_policy::{
    Authorizer, Context, Decision, Entities, Entity, EntityId, EntityTypeName, EntityUid, PolicySet, Request,
    RestrictedExpression, Schema, ValidationMode, Validator,
};
use std::collections::{HashMap, HashSet};
use std::str::FromStr;

/// Policies that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum PolicyFault {
    /// The schema cannot be read.
    #[error("the schema of the policies cannot be read: {0}")]
    Schema(String),
    /// The policies cannot be read.
    #[error("the policies cannot be read: {0}")]
    Syntax(String),
    /// The policies name what the schema does not have.
    #[error("the policies do not fit their schema: {0}")]
    Validation(String),
}

/// A value of an attribute.
#[derive(Clone, Debug)]
pub enum Value<'a> {
    /// A word.
    Word(&'a str),
    /// Yes or no.
    Flag(bool),
    /// A whole number.
    Number(i64),
    /// A thing.
    Thing(Thing<'a>),
    /// A set of things.
    Things(Vec<Thing<'a>>),
}

/// The name of a thing: its type and its id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Thing<'a> {
    /// The type, as in the schema.
    pub kind: &'static str,
    /// The id.
    pub id: &'a str,
}

impl<'a> Thing<'a> {
    /// A thing of this type and id.
    #[must_use]
    pub const fn new(kind: &'static str, id: &'a str) -> Self {
        Self { kind, id }
    }
}

/// A thing with what is known of it.
#[derive(Clone, Debug)]
pub struct Fact<'a> {
    /// Which thing.
    pub thing: Thing<'a>,
    /// Its attributes.
    pub attributes: Vec<(&'static str, Value<'a>)>,
    /// What it belongs to. What those belong to in turn must be listed here too.
    pub within: Vec<Thing<'a>>,
}

impl<'a> Fact<'a> {
    /// A thing of which nothing more is known.
    #[must_use]
    pub const fn bare(thing: Thing<'a>) -> Self {
        Self { thing, attributes: Vec::new(), within: Vec::new() }
    }
}

/// What is asked: may this principal do this to that.
#[derive(Clone, Debug)]
pub struct Question<'a> {
    /// Who.
    pub principal: Fact<'a>,
    /// The id of the action.
    pub action: &'a str,
    /// What it is done to.
    pub resource: Fact<'a>,
    /// The circumstances.
    pub context: Vec<(&'static str, Value<'a>)>,
}

/// Loaded policies.
pub struct Engine {
    authorizer: Authorizer,
    policies: PolicySet,
    kinds: HashMap<String, EntityTypeName>,
    action: EntityTypeName,
}

impl std::fmt::Debug for Engine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Engine").finish_non_exhaustive()
    }
}

impl Engine {
    /// Loads policies and holds them against their schema, strictly.
    ///
    /// # Errors
    /// What does not read or fit.
    pub fn new(schema: &str, policies: &str) -> Result<Self, PolicyFault> {
        let (schema, _) =
            Schema::from_cedarschema_str(schema).map_err(|error| PolicyFault::Schema(error.to_string()))?;
        let policies = PolicySet::from_str(policies).map_err(|error| PolicyFault::Syntax(error.to_string()))?;
        let kinds = schema.entity_types().map(|kind| (kind.to_string(), kind.clone())).collect();
        let result = Validator::new(schema).validate(&policies, ValidationMode::Strict);
        if !result.validation_passed_without_warnings() {
            let errors = result.validation_errors().map(ToString::to_string);
            let warnings = result.validation_warnings().map(ToString::to_string);
            return Err(PolicyFault::Validation(errors.chain(warnings).collect::<Vec<_>>().join("; ")));
        }
        let action = EntityTypeName::from_str("Action").expect("the type of all actions");
        Ok(Self { authorizer: Authorizer::new(), policies, kinds, action })
    }

    /// Whether some policy permits it and none forbids it.
    ///
    /// # Panics
    /// When the question names a type the schema does not have: an error of the program that asks.
    #[must_use]
    pub fn permits(&self, question: &Question<'_>) -> bool {
        let principal = self.uid(question.principal.thing);
        let resource = self.uid(question.resource.thing);
        let action = EntityUid::from_type_name_and_id(self.action.clone(), EntityId::new(question.action));
        let context =
            Context::from_pairs(question.context.iter().map(|(name, value)| ((*name).to_owned(), self.value(value))))
                .expect("the names of circumstances differ");
        let request =
            Request::new(principal, action, resource, context, None).expect("nothing is checked without a schema");
        let facts = [&question.principal, &question.resource].map(|fact| self.entity(fact));
        // Somebody who asks about themselves is one entity, not two.
        let [principal, resource] = facts;
        let entities = if principal.uid() == resource.uid() { vec![resource] } else { vec![principal, resource] };
        let entities = Entities::from_entities(entities, None).expect("the two facts are about different things");
        self.authorizer.is_authorized(&request, &self.policies, &entities).decision() == Decision::Allow
    }

    fn uid(&self, thing: Thing<'_>) -> EntityUid {
        let kind = self.kinds.get(thing.kind).expect("the program names types of the schema only").clone();
        EntityUid::from_type_name_and_id(kind, EntityId::new(thing.id))
    }

    fn value(&self, value: &Value<'_>) -> RestrictedExpression {
        match value {
            Value::Word(word) => RestrictedExpression::new_string((*word).to_owned()),
            Value::Flag(flag) => RestrictedExpression::new_bool(*flag),
            Value::Number(number) => RestrictedExpression::new_long(*number),
            Value::Thing(thing) => RestrictedExpression::new_entity_uid(self.uid(*thing)),
            Value::Things(things) => RestrictedExpression::new_set(
                things.iter().map(|thing| RestrictedExpression::new_entity_uid(self.uid(*thing))),
            ),
        }
    }

    fn entity(&self, fact: &Fact<'_>) -> Entity {
        let attributes = fact.attributes.iter().map(|(name, value)| ((*name).to_owned(), self.value(value))).collect();
        let within: HashSet<EntityUid> = fact.within.iter().map(|thing| self.uid(*thing)).collect();
        Entity::new(self.uid(fact.thing), attributes, within).expect("attributes are plain values")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SCHEMA: &str = "entity House; entity Guest in [House] { age: Long }; \
        action enter appliesTo { principal: Guest, resource: House, context: { late: Bool } };";
    const POLICIES: &str = "permit(principal, action == Action::\"enter\", resource) \
        when { principal in resource && principal.age >= 18 }; forbid(principal, action, resource) when { context.late };";

    fn asks(engine: &Engine, age: i64, home: &str, late: bool) -> bool {
        let principal = Fact {
            thing: Thing::new("Guest", "g"),
            attributes: vec![("age", Value::Number(age))],
            within: vec![Thing::new("House", home)],
        };
        let resource = Fact::bare(Thing::new("House", "h"));
        engine.permits(&Question { principal, action: "enter", resource, context: vec![("late", Value::Flag(late))] })
    }

    #[test]
    fn a_policy_permits_and_another_forbids() {
        let engine = Engine::new(SCHEMA, POLICIES).unwrap();
        assert!(asks(&engine, 18, "h", false));
        assert!(!asks(&engine, 17, "h", false));
        assert!(!asks(&engine, 18, "other", false));
        assert!(!asks(&engine, 18, "h", true));
    }

    #[test]
    fn policies_that_do_not_fit_are_not_loaded() {
        let misspelt = "permit(principal, action == Action::\"entre\", resource);";
        assert!(matches!(Engine::new(SCHEMA, misspelt), Err(PolicyFault::Validation(_))));
        assert!(matches!(Engine::new(SCHEMA, "permit("), Err(PolicyFault::Syntax(_))));
        assert!(matches!(Engine::new("entity", POLICIES), Err(PolicyFault::Schema(_))));
        let nameless = "permit(principal, action, resource) when { principal.name == \"x\" };";
        assert!(matches!(Engine::new(SCHEMA, nameless), Err(PolicyFault::Validation(_))));
    }
}
