//! Which things of a graph stand in one circle.

/// A node that is being gone through, with the place among what it leads to.
struct Open {
    node: usize,
    next: Vec<usize>,
    at: usize,
}

/// Returns for every node a number that it shares with those that stand in circles with it, and with no other; in linear time, after
/// Tarjan ("Depth-first search and linear graph algorithms", 1972), without recursion.
pub(super) fn components(count: usize, next: impl Fn(usize) -> Vec<usize>) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let mut component = vec![NONE; count];
    // When a node was first met, and the earliest node that is reached from it and not yet done with.
    let mut met = vec![NONE; count];
    let mut low = vec![NONE; count];
    let mut stack = Vec::new();
    let (mut clock, mut found) = (0, 0);
    let get = |list: &[usize], at: usize| list.get(at).copied().unwrap_or(NONE);
    let set = |list: &mut [usize], at: usize, value: usize| {
        if let Some(slot) = list.get_mut(at) {
            *slot = value;
        }
    };
    let mut open = Vec::new();
    for root in 0..count {
        if get(&met, root) != NONE {
            continue;
        }
        open.push(Open { node: root, next: next(root), at: 0 });
        while let Some(top) = open.last_mut() {
            let node = top.node;
            if get(&met, node) == NONE {
                set(&mut met, node, clock);
                set(&mut low, node, clock);
                clock += 1;
                stack.push(node);
            }
            if let Some(child) = top.next.get(top.at).copied() {
                top.at += 1;
                if get(&met, child) == NONE && child < count {
                    open.push(Open { node: child, next: next(child), at: 0 });
                } else if get(&component, child) == NONE {
                    let reached = get(&low, node).min(get(&met, child));
                    set(&mut low, node, reached);
                }
                continue;
            }
            if get(&low, node) == get(&met, node) {
                while let Some(member) = stack.pop() {
                    set(&mut component, member, found);
                    if member == node {
                        break;
                    }
                }
                found += 1;
            }
            open.pop();
            if let Some(parent) = open.last() {
                let reached = get(&low, parent.node).min(get(&low, node));
                set(&mut low, parent.node, reached);
            }
        }
    }
    component
}

#[cfg(test)]
mod tests {
    use super::components;

    #[test]
    fn what_leads_back_stands_in_one_circle() {
        let check = |edges: &[&[usize]], expected: &[&[usize]]| {
            let found =
                components(edges.len(), |node| edges.get(node).map_or(Vec::new(), |next| next.to_vec()));
            let mut circles: Vec<Vec<usize>> = vec![Vec::new(); edges.len()];
            for (node, circle) in found.iter().enumerate() {
                circles[*circle].push(node);
            }
            circles.retain(|circle| !circle.is_empty());
            circles.sort();
            assert_eq!(circles, expected);
        };
        check(&[&[1], &[2], &[]], &[&[0], &[1], &[2]]);
        check(&[&[1], &[2], &[0, 3], &[3]], &[&[0, 1, 2], &[3]]);
        check(&[&[1, 2], &[0], &[3], &[2, 4], &[]], &[&[0, 1], &[2, 3], &[4]]);
        check(&[&[3], &[0], &[1], &[2]], &[&[0, 1, 2, 3]]);
        let long: Vec<Vec<usize>> = (0..200_000).map(|node| vec![(node + 1) % 200_000]).collect();
        let found = components(long.len(), |node| long.get(node).cloned().unwrap_or_default());
        assert!(found.iter().all(|circle| *circle == 0));
    }
}
