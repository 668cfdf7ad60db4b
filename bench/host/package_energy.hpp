// What the processor packages used, by their own counters (RAPL): of all CPUs in them, whoever runs there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "bench/host/fact.hpp"

namespace kickbench::host {

/// One package's counter, which starts again from 0 beyond `range_uj`: after minutes, not within a slice.
struct PackageCounter {
  std::string directory;
  std::uint64_t energy_uj = 0;
  std::uint64_t range_uj = 0;
};
using PackageCounters = Fact<std::vector<PackageCounter>>;

/// Of every package that the kernel's powercap interface shows; unknown where there is none or one cannot be read.
PackageCounters read_package_counters(const std::filesystem::path& root = "/");

/// By all packages together between two reads.
Fact<double> joules_between(const PackageCounters& before, const PackageCounters& after);

}  // namespace kickbench::host
