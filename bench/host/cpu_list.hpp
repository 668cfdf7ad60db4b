// Lists of CPUs as the kernel writes them: "0-3,8".
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace kickbench::host {

/// CPU numbers in ascending order; empty for "" and for "(null)", which the kernel prints for a mask it never set.
/// Nothing when the text is no CPU list.
std::optional<std::vector<int>> parse_cpu_list(std::string_view text);

/// The shortest list that names these CPUs, whatever their order: {3,0,1,2} -> "0-3".
std::string format_cpu_list(std::vector<int> cpus);

}  // namespace kickbench::host
