"""Folders include each other in one direction only: ring <- notify <- producer, consumer <- bench; model sees units."""

import re

import house

# What a file in each folder may include, as path prefixes. A header named here in full is a window: what it includes
# itself must be visible from that folder too, or the window would show the rest of ring through the back door.
MAY_SEE = {
    "ring": ("ring/",),
    "notify": ("notify/", "ring/units.hpp", "ring/port.hpp", "ring/item.hpp", "ring/shared_memory.hpp"),
    "producer": ("producer/", "notify/", "ring/"),
    "consumer": ("consumer/", "notify/", "ring/"),
    "model": ("model/", "ring/units.hpp"),
    "bench": ("bench/", "producer/", "consumer/", "notify/", "ring/", "model/"),
    "tests": tuple(folder + "/" for folder in house.FOLDERS),
}

# The folders of bench/, from the ground up: each may see those before it. Files of bench/ itself are above all of them.
BENCH_ORDER = (
    "text", "host", "scenario", "measure", "stats", "experiment", "calibration", "validation", "output", "suite",
    "command",
)  # fmt: skip

# The ring neither sleeps nor starts threads nor reads a clock. units.hpp may name durations.
NOT_IN_RING = {
    "chrono", "condition_variable", "ctime", "future", "mutex", "semaphore", "shared_mutex", "stop_token", "thread",
    "liburing.h", "linux/futex.h", "poll.h", "pthread.h", "sched.h", "sys/epoll.h", "sys/eventfd.h", "sys/time.h",
    "sys/timerfd.h", "time.h",
}  # fmt: skip
CLOCK_TYPES_ALLOWED_IN = "ring/units.hpp"


def includes(root, path):
    """Yields (line number, quoted or system, name) of each #include."""
    for number, line in enumerate(house.lines(root, path), 1):
        match = re.match(r'\s*#\s*include\s*(?:"([^"]+)"|<([^>]+)>)', line)
        if match:
            yield number, match.group(1) is not None, match.group(1) or match.group(2)


def uphill_in_bench(path, included):
    """Why a file of a folder of bench/ must not include another file of bench/; empty if it may."""
    if len(path.parts) < 3 or path.parts[0] != "bench" or not included.startswith("bench/"):
        return ""
    own, other = path.parts[1], included.split("/")[1]
    for folder in (own, other):
        if folder not in BENCH_ORDER:
            return f"bench/{folder} has no place in BENCH_ORDER of this check"
    if BENCH_ORDER.index(own) < BENCH_ORDER.index(other):
        return f"bench/{own} must not see {included}"
    return ""


def check(root):
    problems = []
    for path in house.files(root, tuple(MAY_SEE)):
        if path.suffix not in house.CPP:
            continue
        folder, name = path.parts[0], path.as_posix()
        windows_for = [viewer for viewer, seen in MAY_SEE.items() if name in seen and viewer != folder]
        for number, quoted, included in includes(root, path):
            where = f"{name}:{number}: "
            own = included.split("/")[0] in MAY_SEE
            if quoted and not own:
                problems.append(f'{where}"{included}" does not start at the root of the repository')
            elif own and not quoted:
                problems.append(f'{where}<{included}> is the project\'s own: write it in quotes')
            elif own:
                for viewer in [folder] + windows_for:
                    if not included.startswith(MAY_SEE[viewer]):
                        through = "" if viewer == folder else f" (through {name})"
                        problems.append(f"{where}{viewer} must not see {included}{through}")
                if uphill := uphill_in_bench(path, included):
                    problems.append(where + uphill)
            elif folder == "ring" and included in NOT_IN_RING:
                if not (included == "chrono" and name == CLOCK_TYPES_ALLOWED_IN):
                    problems.append(f"{where}ring must not use <{included}>: no threads, no waiting, no clock")
    return problems


def self_test(root):
    wrong = []
    planted = (
        ("ring/planted.hpp", '#include "notify/notifier.hpp"\n', "ring must not see notify/notifier.hpp"),
        ("ring/planted.hpp", "#include <thread>\n", "ring must not use <thread>"),
        ("ring/planted.hpp", "#include <chrono>\n", "ring must not use <chrono>"),
        ("ring/planted.cpp", "  #  include <sys/eventfd.h>\n", "ring must not use <sys/eventfd.h>"),
        ("notify/planted.hpp", '#include "ring/split_layout.hpp"\n', "notify must not see ring/split_layout.hpp"),
        ("notify/planted.hpp", '#include "producer/producer.hpp"\n', "notify must not see producer/producer.hpp"),
        ("producer/planted.hpp", '#include "consumer/consumer.hpp"\n', "producer must not see consumer/consumer.hpp"),
        ("consumer/planted.hpp", '#include "producer/producer.hpp"\n', "consumer must not see producer/producer.hpp"),
        ("producer/planted.hpp", '#include "bench/host/clock.hpp"\n', "producer must not see bench/host/clock.hpp"),
        ("model/planted.hpp", '#include "ring/item.hpp"\n', "model must not see ring/item.hpp"),
        ("bench/measure/planted.cpp", '#include "tests/planted.hpp"\n', "bench must not see tests/planted.hpp"),
        ("bench/measure/planted.hpp", '#include "bench/stats/tally.hpp"\n', "bench/measure must not see bench/stats"),
        ("bench/validation/planted.cpp", '#include "bench/output/table.hpp"\n', "bench/validation must not see bench/"),
        ("bench/planted/planted.cpp", '#include "bench/host/clock.hpp"\n', "bench/planted has no place in BENCH_ORDER"),
        ("bench/planted.cpp", '#include "planted.hpp"\n', '"planted.hpp" does not start at the root'),
        ("bench/planted.cpp", "#include <ring/units.hpp>\n", "<ring/units.hpp> is the project's own"),
    )
    for path, text, fragment in planted:
        wrong += house.expect_in_copy(check, root, path, text, fragment)
    with house.Tree() as tree:
        tree.write("ring/units.hpp", "#include <chrono>\n")
        tree.write("ring/port.hpp", '#include "ring/units.hpp"\n#include <concepts>\n')
        tree.write("notify/strategy.hpp", '#include "ring/port.hpp"\n// #include "ring/split_layout.hpp"\n')
        tree.write("tests/any.cpp", '#include "bench/a.hpp"\n#include "ring/split_layout.hpp"\n#include <thread>\n')
        wrong += house.expect(check, tree.root, [])
        tree.write("ring/port.hpp", '#include "ring/split_layout.hpp"\n')
        wrong += house.expect(check, tree.root, ["notify must not see ring/split_layout.hpp (through ring/port.hpp)"])
    return wrong


house.main(check, self_test)
