//! Steps in an order in which each finds what it needs.

use std::cmp::Reverse;
use std::collections::BinaryHeap;

use super::Step;

/// Where a step stands when nothing else decides: phase, kind, place.
pub(super) type Place = (u8, u8, usize);

/// The phase of what goes when everything else is as it shall be.
pub(super) const LAST: u8 = 2;

/// Steps and what has to come before what.
#[derive(Debug, Default)]
pub(super) struct Graph {
    nodes: Vec<(Place, Option<Step>)>,
    /// From, to, and whether it must hold.
    edges: Vec<(usize, usize, bool)>,
}

impl Graph {
    /// Adds a step.
    pub(super) fn add(&mut self, place: Place, step: Step) -> usize {
        self.nodes.push((place, Some(step)));
        self.nodes.len() - 1
    }

    /// Says that one step comes before another; `firm` that it must, not only should.
    pub(super) fn edge(&mut self, from: usize, to: usize, firm: bool) {
        if from != to {
            self.edges.push((from, to, firm));
        }
    }

    /// Takes the steps out in an order of their nodes, those without statements left out; each knows the places of those that it waits for.
    pub(super) fn into_steps(self, order: &[usize]) -> Vec<Step> {
        let mut waits: Vec<Vec<usize>> = vec![Vec::new(); self.nodes.len()];
        for (from, to, _) in &self.edges {
            if let Some(waits) = waits.get_mut(*to) {
                waits.push(*from);
            }
        }
        let mut nodes: Vec<Option<Step>> = self.nodes.into_iter().map(|(_, step)| step).collect();
        // What a node means to those that wait for it: its step, or what it waits for itself.
        let mut means: Vec<Vec<usize>> = vec![Vec::new(); nodes.len()];
        let mut steps = Vec::new();
        for at in order {
            let before = waits.get(*at).into_iter().flatten();
            let mut before: Vec<usize> =
                before.flat_map(|node| means.get(*node).cloned().unwrap_or_default()).collect();
            before.sort_unstable();
            before.dedup();
            let Some(step) = nodes.get_mut(*at).and_then(Option::take) else { continue };
            let is_empty = step.statements.is_empty();
            if let Some(means) = means.get_mut(*at) {
                *means = if is_empty { before.clone() } else { vec![steps.len()] };
            }
            if !is_empty {
                steps.push(Step { after: before, ..step });
            }
        }
        steps
    }

    /// Returns the step of a node.
    pub(super) fn step(&self, at: usize) -> Option<&Step> {
        self.nodes.get(at)?.1.as_ref()
    }

    /// Returns an order in which every firm edge holds, and every other one where it can; where firm ones form a circle, the
    /// steps that have no place.
    pub(super) fn order(&mut self) -> Result<Vec<usize>, Vec<usize>> {
        self.edges.sort_unstable();
        self.edges.dedup_by_key(|(from, to, firm)| (*from, *to, *firm));
        let mut next: Vec<Vec<(usize, bool)>> = vec![Vec::new(); self.nodes.len()];
        // How many steps that must come before are still to come, and how many that should.
        let mut open: Vec<(usize, usize)> = vec![(0, 0); self.nodes.len()];
        for (from, to, firm) in &self.edges {
            if let (Some(next), Some(open)) = (next.get_mut(*from), open.get_mut(*to)) {
                next.push((*to, *firm));
                if *firm { open.0 += 1 } else { open.1 += 1 }
            }
        }
        let mut ready: BinaryHeap<Reverse<(Place, usize)>> = BinaryHeap::new();
        let place = |at: usize| self.nodes.get(at).map(|(place, _)| *place).unwrap_or_default();
        for (at, open) in open.iter().enumerate() {
            if *open == (0, 0) {
                ready.push(Reverse((place(at), at)));
            }
        }
        let mut done = vec![false; self.nodes.len()];
        let mut order = Vec::with_capacity(self.nodes.len());
        while order.len() < self.nodes.len() {
            let left = |at: &usize| !done.get(*at).copied().unwrap_or(true);
            // Where only what should come before is missing, the first in place goes on without it.
            let free = |at: &usize| left(at) && open.get(*at).is_some_and(|open| open.0 == 0);
            let first_free = || (0..self.nodes.len()).filter(free).min_by_key(|at| (place(*at), *at));
            let at = match ready.pop() {
                Some(Reverse((own, at))) if own.0 >= LAST => match first_free() {
                    // What goes last waits for what others should come before, too.
                    Some(other) if place(other).0 < LAST => {
                        ready.push(Reverse((own, at)));
                        other
                    }
                    _ => at,
                },
                Some(Reverse((_, at))) => at,
                None => match first_free() {
                    Some(at) => at,
                    None => return Err((0..self.nodes.len()).filter(left).collect()),
                },
            };
            if done.get(at) != Some(&false) {
                continue;
            }
            if let Some(done) = done.get_mut(at) {
                *done = true;
            }
            order.push(at);
            for (to, firm) in next.get(at).into_iter().flatten() {
                let Some(open) = open.get_mut(*to) else { continue };
                if *firm {
                    open.0 -= 1
                } else {
                    open.1 -= 1
                }
                if *open == (0, 0) {
                    ready.push(Reverse((place(*to), *to)));
                }
            }
        }
        Ok(order)
    }
}
