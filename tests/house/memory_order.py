"""Every atomic access and fence in ring/ says which ordering point it is, or why relaxed suffices.

The labels are those of the ordering points in docs: D and V for the driver and the device of a split ring, P for the
packed ring, S for the single-producer single-consumer yardstick.
"""

import re

import house

LABEL = re.compile(r"\b(D[1-4]|V[1-4]|P[1-6]|S[1-4])\b")
# A reason is more than one word.
RELAXED_REASON = re.compile(r"\brelaxed: *\S+ +\S+", re.IGNORECASE)
RELAXED = re.compile(r"memory_order(_|::)relaxed|\b(load|store)_relaxed\s*\(")
ORDERED = re.compile(
    r"memory_order(_|::)(consume|acquire|release|acq_rel|seq_cst)"
    r"|\b(load_acquire|store_release|full_fence|atomic_thread_fence|atomic_signal_fence)\s*\("
)
# A member call that names no order is sequentially consistent.
IMPLICIT = re.compile(r"(\.|->)(load|store|exchange|compare_exchange_\w+|fetch_\w+|test_and_set)\s*\(")
LINES_ABOVE = 3
DEFINES_THE_ACCESSORS = "ring/atomic.hpp"

# What each point of the split ring is ordered against in the other half.
PARTNER = {"D1": "V1", "D2": "V4", "D3": "V2", "D4": "V3"}
PARTNER.update({there: here for here, there in PARTNER.items()})
# The same of the packed ring, whose halves have the same points.
PACKED_PARTNER = {"P1": "P3", "P3": "P1", "P2": "P6", "P6": "P2"}


def is_ordered(lines, index):
    """True or False for a line with an ordered or a relaxed access, None for one without an access."""
    code = house.split_comment(lines[index])[0]
    if ORDERED.search(code):
        return True
    if RELAXED.search(code):
        return False
    if IMPLICIT.search(code) and "memory_order" not in "".join(lines[index : index + 3]):
        return True
    return None


def comment_about(lines, index):
    """The comments on the line and on up to LINES_ABOVE lines above it. One label serves one ordered access: the search
    ends where the comment belongs to an earlier one."""
    first = index
    while index - first < LINES_ABOVE and first > 0:
        if is_ordered(lines, index) and is_ordered(lines, first - 1):
            break
        first -= 1
    return " ".join(house.split_comment(line)[1].strip("/ ") for line in lines[first : index + 1])


def half_of(name):
    return next((half for half in ("driver", "device") if half in name), "both")


def check(root):
    problems = []
    used = {"driver": {}, "device": {}, "both": {}}
    for path in house.files(root, ("ring",)):
        name = path.as_posix()
        if path.suffix not in house.CPP or name == DEFINES_THE_ACCESSORS:
            continue
        lines = house.lines(root, path)
        for index, ordered in ((index, is_ordered(lines, index)) for index in range(len(lines))):
            if ordered is None:
                continue
            comment = comment_about(lines, index)
            labels = LABEL.findall(comment)
            if not labels and (ordered or not RELAXED_REASON.search(comment)):
                wanted = "its label (D1-D4, V1-V4, P1-P6, S1-S4)" if ordered else "a label or 'relaxed: why'"
                problems.append(f"{name}:{index + 1}: needs a comment with {wanted}: {lines[index].strip()}")
            for label in labels if ordered else ():
                used[half_of(name)].setdefault(label, f"{name}:{index + 1}")
    return problems + list(one_ended(used))


def one_ended(used):
    """Labels whose other end is missing: a point is one only if both halves keep to it."""
    for label, partner in PARTNER.items():
        here, there = ("driver", "device") if label[0] == "D" else ("device", "driver")
        where = used[here].get(label) or used[there].get(label)
        if where and label not in used[here]:
            yield f"{where}: {label} is named here, but no access of the {here} carries it"
        if where and partner not in used[there]:
            yield f"{where}: {label} pairs with {partner}, and no access of the {there} carries that"
    for label, partner in PACKED_PARTNER.items():
        for here, there in (("driver", "device"), ("device", "driver")):
            where = used[here].get(label) or used["both"].get(label)
            if where and not (partner in used[there] or partner in used["both"]):
                yield f"{where}: {label} pairs with {partner}, and no access of the {there} carries that"


def self_test(root):
    wrong = []
    unlabelled = (
        "void f() { store_release(idx, 1); }\n",
        "void f() { full_fence(); }\n",
        "auto a = load_relaxed(idx);\n",
        "auto a = load_relaxed(idx);  // relaxed: yes\n",
        "auto a = load_acquire(idx);  // relaxed: only this side writes it\n",
        "auto a = idx.load(std::memory_order_acquire);  // acquire\n",
        "auto a = idx.load(std::memory_order::relaxed);\n",
        "std::atomic_thread_fence(std::memory_order_seq_cst);\n",
        "flag.store(1);\n",
        "// D1: too far above\n\n\n\nstore_release(idx, 1);\n",
        'puts("// D1"); store_release(idx, 1);\n',
        "full_fence();  // D2: before the event is read\nauto a = load_acquire(idx);\n",
    )
    for text in unlabelled:
        wrong += house.expect_in_copy(check, root, "ring/planted.hpp", text, "needs a comment with")
    with house.Tree() as tree:
        tree.write("ring/atomic.hpp", "inline void f() { std::atomic_thread_fence(std::memory_order_seq_cst); }\n")
        tree.write("ring/spsc.hpp", "// S1: the entry is complete\nflag.store(1, std::memory_order_release);\n")
        tree.write("ring/note.hpp", "// store_release( in prose\nauto a = std::exchange(b, 1);\n")
        tree.write("ring/split_driver.hpp", "store_release(idx, 1);  // D1: the device may read the entry\n"
                   "auto a = load_relaxed(event);  // relaxed: only the driver writes it\n")
        tree.write("ring/split_device.hpp", "// V1: pairs with D1\nauto a = load_acquire(idx);\n")
        wrong += house.expect(check, tree.root, [])
        tree.write("ring/split_device.hpp", "auto a = 1;\n")
        wrong += house.expect(check, tree.root, ["D1 pairs with V1, and no access of the device carries that"])
        tree.write("ring/split_device.hpp", "// V1, V2: pair with D1, D3\nauto a = load_acquire(idx);\n")
        wrong += house.expect(check, tree.root, ["D3 is named here, but no access of the driver carries it",
                                                 "V2 pairs with D3, and no access of the driver carries that"])
        tree.write("ring/split_device.hpp", "// V1: pairs with D1\nauto a = load_acquire(idx);\n")
        tree.write("ring/split_driver.hpp", "store_release(idx, 1);  // D1 (pairs with V1)\n")
        packed_half = "full_fence();  // P2\nauto a = load_acquire(flags);  // P3\nfull_fence();  // P6\n"
        tree.write("ring/packed_batch.hpp", "store_release(flags, 1);  // P1\n")
        tree.write("ring/packed_driver.hpp", packed_half)
        tree.write("ring/packed_device.hpp", packed_half)
        wrong += house.expect(check, tree.root, [])
        without_p6 = packed_half.replace("P6", "P2")
        tree.write("ring/packed_device.hpp", without_p6)
        wrong += house.expect(check, tree.root, ["P2 pairs with P6, and no access of the device carries that"])
        only_in_a_reason = packed_half.replace("P3", "P2") + "auto a = load_relaxed(flags);  // relaxed: P3 did it\n"
        tree.write("ring/packed_device.hpp", only_in_a_reason)
        wrong += house.expect(check, tree.root, ["P1 pairs with P3, and no access of the device carries that"])
    return wrong


house.main(check, self_test)
