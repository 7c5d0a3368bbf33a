//! The objects of one schema: found by name, and who needs whom.

use indexmap::{IndexMap, IndexSet};
use rustc_hash::FxBuildHasher;

use super::object::{Body, Key, Kind, Need, Object, Strength, Target};
use super::setting;
use crate::model::token::{Cursor, tokens};
use crate::model::{PgIdent, QualifiedName};
use crate::plan::migration::statement::ConstraintBody;

/// Everything of one side.
#[derive(Debug, Default)]
pub(super) struct Side {
    pub(super) objects: Vec<Object>,
    /// In the order of the objects: the place of a key is that of its object.
    keys: IndexSet<Key, FxBuildHasher>,
    by_name: IndexMap<QualifiedName, Vec<usize>, FxBuildHasher>,
    /// Constraints by the name of the index that each has.
    by_index: IndexMap<QualifiedName, usize, FxBuildHasher>,
    /// What an object needs, resolved.
    needs: Edges,
    /// What needs an object.
    dependents: Edges,
}

impl Side {
    /// Resolves the needs of objects among themselves; what is no object of the schema is PostgreSQL's own or another system's.
    pub(super) fn new(mut objects: Vec<Object>) -> Self {
        let mut side = Self::default();
        side.keys.reserve(objects.len());
        // A second statement that makes the same thing changes nothing, or PostgreSQL would refuse the schema.
        objects.retain(|object| side.keys.insert(object.key.clone()));
        for (at, object) in objects.iter().enumerate() {
            object.key.set_place(at);
            if let Some(index) = index_of(object) {
                side.by_index.insert(index, at);
            }
            let own = object.key.is_relation() || object.key.is_type();
            if own || matches!(object.key.kind, Kind::Routine | Kind::Collation | Kind::Other) {
                let name = match object.key.kind {
                    Kind::Index => QualifiedName {
                        schema: object.key.name.schema.clone(),
                        name: PgIdent::new(object.key.part.as_str()),
                    },
                    _ => object.key.name.clone(),
                };
                // Most names are those of one thing.
                side.by_name.entry(name).or_insert_with(|| Vec::with_capacity(1)).push(at);
                if let Some((_, multirange)) = object.range() {
                    side.by_name.entry(multirange).or_default().push(at);
                }
            }
        }
        side.objects = objects;
        side.needs = side.resolved();
        side.dependents = side.needs.reversed();
        side
    }

    /// Returns the place of the object of a key.
    pub(super) fn find(&self, key: &Key) -> Option<usize> {
        // Most that is looked for is named by a copy of its own key.
        let place = key.place();
        let known = self.objects.get(place).filter(|object| object.key.is_copy(key));
        known.map(|_| place).or_else(|| self.keys.get_index_of(key))
    }

    /// Returns an object by its place.
    #[expect(clippy::indexing_slicing, reason = "places come from this side, and no object is removed")]
    pub(super) fn object(&self, at: usize) -> &Object {
        &self.objects[at]
    }

    /// Returns what an object needs.
    pub(super) fn needs(&self, at: usize) -> &[Edge] {
        self.needs.of(at)
    }

    /// Returns what needs an object.
    pub(super) fn dependents(&self, at: usize) -> &[Edge] {
        self.dependents.of(at)
    }

    /// Tells whether something has a name that a type could not have beside it.
    pub(super) fn is_taken(&self, name: &QualifiedName) -> bool {
        !self.named(name).is_empty()
    }

    /// Returns the places of all objects of a name.
    pub(super) fn named(&self, name: &QualifiedName) -> &[usize] {
        self.by_name.get(name).map(Vec::as_slice).unwrap_or_default()
    }

    fn resolved(&mut self) -> Edges {
        let schemas = self.objects.iter().enumerate().filter(|(_, object)| object.key.kind == Kind::Schema);
        let schemas: IndexMap<PgIdent, usize, FxBuildHasher> =
            schemas.map(|(at, object)| (object.key.name.name.clone(), at)).collect();
        let mut edges = Edges::default();
        edges.ends.reserve(self.objects.len());
        for at in 0..self.objects.len() {
            let Some(object) = self.objects.get_mut(at) else { break };
            let schema = object.key.name.schema.as_ref().and_then(|schema| schemas.get(schema)).copied();
            // Resolved, nothing asks for the names any more.
            let needs = std::mem::take(&mut object.needs);
            self.resolve(at, schema, &needs, &mut edges);
        }
        edges
    }

    /// Adds what one object needs.
    fn resolve(&self, at: usize, schema: Option<usize>, needs: &[Need], edges: &mut Edges) {
        let mut list = edges.list(at);
        if let Some(schema) = schema {
            list.add(schema, Strength::Plain);
        }
        for need in needs {
            let (name, wanted): (&QualifiedName, fn(&Key) -> bool) = match &need.on {
                Target::Key(key) => {
                    if let Some(target) = self.find(key) {
                        list.add(target, need.strength);
                    }
                    continue;
                }
                Target::Relation(name) => {
                    if self.named(name).is_empty()
                        && let Some(constraint) = self.by_index.get(name.as_ref())
                    {
                        list.add(*constraint, need.strength);
                    }
                    (name, |key| key.is_relation())
                }
                Target::Type(name) => (name, |key| key.is_type()),
                Target::Routine(name) => (name, |key| key.kind == Kind::Routine),
                Target::Overload(overload) => {
                    let (name, signature) = overload.as_ref();
                    if let Some(target) = self.find(&Key::new(Kind::Routine, name, signature.as_str())) {
                        list.add(target, need.strength);
                        continue;
                    }
                    (name, |key| key.kind == Kind::Routine)
                }
                Target::Any(name) => (name, |_| true),
            };
            for target in self.named(name) {
                if wanted(&self.object(*target).key) {
                    list.add(*target, need.strength);
                }
            }
        }
        list.close();
    }
}

/// Returns the name of the index that a constraint has: its own.
fn index_of(object: &Object) -> Option<QualifiedName> {
    let name = match &object.body {
        Body::Constraint(constraint)
            if constraint.body.is_key() || matches!(constraint.body, ConstraintBody::Exclude(_)) =>
        {
            PgIdent::new(object.key.part.as_str())
        }
        Body::Setting { .. } => {
            let name = object.key.part.strip_prefix(setting::CONSTRAINT)?;
            let own = tokens(name);
            Cursor::new(name, &own).ident()?
        }
        _ => return None,
    };
    Some(QualifiedName { schema: object.key.name.schema.clone(), name })
}

/// The place of an object at the other end of a need, and how firm it is.
pub(super) type Edge = (usize, Strength);

/// A list for each object, all of them in one: most are so short that lists of their own would take several times the memory.
#[derive(Debug, Default)]
struct Edges {
    all: Vec<Edge>,
    /// Where the list of each object ends.
    ends: Vec<usize>,
}

impl Edges {
    fn of(&self, at: usize) -> &[Edge] {
        let start = at.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied());
        let range = start.zip(self.ends.get(at));
        range.and_then(|(start, end)| self.all.get(start..*end)).unwrap_or_default()
    }

    /// Begins the list of the next object.
    fn list(&mut self, owner: usize) -> List<'_> {
        List { owner, start: self.all.len(), edges: self }
    }

    /// Returns the same edges by their other end, each list in the order of the objects.
    fn reversed(&self) -> Self {
        let mut next = vec![0; self.ends.len()];
        for (needed, _) in &self.all {
            if let Some(count) = next.get_mut(*needed) {
                *count += 1;
            }
        }
        // From how many there are to where each begins.
        let mut sum = 0;
        for count in &mut next {
            sum += std::mem::replace(count, sum);
        }
        let mut all = vec![(0, Strength::Order); sum];
        for at in 0..self.ends.len() {
            for (needed, strength) in self.of(at) {
                let Some(place) = next.get_mut(*needed) else { continue };
                if let Some(edge) = all.get_mut(*place) {
                    *edge = (at, *strength);
                }
                *place += 1;
            }
        }
        // Filled, each list ends where its next edge would stand.
        Self { all, ends: next }
    }
}

/// The list of one object while it is made.
struct List<'e> {
    owner: usize,
    start: usize,
    edges: &'e mut Edges,
}

impl List<'_> {
    /// Adds an edge; of two to the same object the firmer one holds.
    fn add(&mut self, needed: usize, strength: Strength) {
        if needed == self.owner {
            return;
        }
        let own = self.edges.all.get_mut(self.start..).unwrap_or_default();
        match own.iter_mut().find(|(known, _)| *known == needed) {
            Some((_, known)) if rank(strength) < rank(*known) => *known = strength,
            Some(_) => {}
            None => self.edges.all.push((needed, strength)),
        }
    }

    fn close(self) {
        self.edges.ends.push(self.edges.all.len());
    }
}

fn rank(strength: Strength) -> u8 {
    match strength {
        Strength::Hard => 0,
        Strength::Columns => 1,
        Strength::Plain => 2,
        Strength::Order => 3,
    }
}
