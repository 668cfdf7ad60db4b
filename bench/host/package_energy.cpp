#include "bench/host/package_energy.hpp"

#include <algorithm>
#include <system_error>

#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

const char* const powercap = "/sys/class/powercap";

// "intel-rapl:0", on AMD too. The same package as seen through MMIO is "intel-rapl-mmio:0"; a part of it is
// "intel-rapl:0:1".
bool is_domain(std::string_view name) { return name.starts_with("intel-rapl:") && std::ranges::count(name, ':') == 1; }

}  // namespace

PackageCounters read_package_counters(const std::filesystem::path& root) {
  std::error_code error;
  std::vector<PackageCounter> packages;
  for (std::filesystem::directory_iterator entry(below(root, powercap), error), end; !error && entry != end;
       entry.increment(error)) {
    const std::string directory = std::string(powercap) + '/' + entry->path().filename().string();
    if (!is_domain(entry->path().filename().string())) continue;
    const Fact<std::string> name = read_word(root, directory + "/name");
    if (!name) return PackageCounters::unknown(name.reason);
    if (!name->starts_with("package-")) continue;  // "psys" is the whole platform, packages included
    const Fact<std::uint64_t> energy = read_count(root, directory + "/energy_uj");
    const Fact<std::uint64_t> range = read_count(root, directory + "/max_energy_range_uj");
    if (!energy || !range) return PackageCounters::unknown(energy ? range.reason : energy.reason);
    packages.push_back({.directory = directory, .energy_uj = *energy, .range_uj = *range});
  }
  if (error) return PackageCounters::unknown(cannot(powercap, error.value()));
  if (packages.empty()) return PackageCounters::unknown(std::string(powercap) + " has no package with a counter");
  std::ranges::sort(packages, {}, &PackageCounter::directory);
  return PackageCounters::known(std::move(packages));
}

Fact<double> joules_between(const PackageCounters& before, const PackageCounters& after) {
  if (!before || !after) return Fact<double>::unknown(before ? after.reason : before.reason);
  if (!std::ranges::equal(*before, *after, {}, &PackageCounter::directory, &PackageCounter::directory)) {
    return Fact<double>::unknown("a package came or went between two reads of its counter");
  }
  std::uint64_t used_uj = 0;
  for (std::size_t i = 0; i < before->size(); ++i) {
    const PackageCounter& from = (*before)[i];
    const PackageCounter& to = (*after)[i];
    used_uj += to.energy_uj + (to.energy_uj < from.energy_uj ? from.range_uj : 0) - from.energy_uj;
  }
  return Fact<double>::known(static_cast<double>(used_uj) * 1e-6);
}

}  // namespace kickbench::host
