// What the sources say on the line of an access: its code, and the label of its ordering point.
#pragma once

#include <string>
#include <vector>

#include "tests/interleave/machine.hpp"

namespace kickbench::interleave {

/// The first label (D2, V4, S3, P2 ...) in the comment on the line, or else on up to three lines above; empty if none.
std::string label_of(const Site& site);

/// One line per event: who, what, where, and the line of the sources. Throws std::runtime_error without the sources.
std::string describe(const std::vector<Event>& events);

}  // namespace kickbench::interleave
