#include "bench/measure/slice.hpp"

namespace kickbench::bench::measure {

std::optional<LineClass> class_of(const Slice& slice) { return class_between(slice.line_before, slice.line_after); }

}  // namespace kickbench::bench::measure
