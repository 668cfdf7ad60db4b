#include "bench/host/cgroup.hpp"

#include <algorithm>
#include <string_view>

#include "bench/host/system_files.hpp"

namespace kickbench::host {

namespace {

struct Membership {
  std::string mount;  // where the hierarchy is mounted
  std::string group;  // below it, "/" for its root
  bool v2;
};

// The hierarchy that controls CPU time: v2 unless the cpu controller is bound to a v1 hierarchy.
std::optional<Membership> membership(std::string_view proc_self_cgroup) {
  std::optional<Membership> found;
  for (const std::string_view line : lines_of(proc_self_cgroup)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string group(line.substr(second + 1));
    if (controllers.empty() && !found) found = {"/sys/fs/cgroup", group, true};
    // The spelling of the mount point is that of the kernel's controller list.
    if ((',' + std::string(controllers) + ',').find(",cpu,") != std::string::npos) {
      return Membership{"/sys/fs/cgroup/" + std::string(controllers), group, false};
    }
  }
  return found;
}

Fact<double> quota_from(std::string_view quota, std::string_view period, const std::string& where) {
  // v2 writes "max", v1 writes -1.
  if (quota == "max" || quota == "-1") return Fact<double>::unknown(no_cpu_quota);
  const auto quota_us = parse_count(quota);
  const auto period_us = parse_count(period);
  if (!quota_us || !period_us || *period_us == 0) return Fact<double>::unknown(where + ": not understood");
  return Fact<double>::known(static_cast<double>(*quota_us) / static_cast<double>(*period_us));
}

Fact<double> quota_of_group(const std::filesystem::path& root, const std::string& directory, bool v2) {
  const std::string file = directory + (v2 ? "/cpu.max" : "/cpu.cfs_quota_us");
  std::error_code error;
  // A group for which the cpu controller is not switched on has no such file and sets no limit of its own.
  if (std::filesystem::exists(below(root, directory), error) && !std::filesystem::exists(below(root, file), error)) {
    return Fact<double>::unknown(no_cpu_quota);
  }
  const Fact<std::string> quota = read_text(root, file);
  if (!quota) return Fact<double>::unknown(quota.reason);
  if (v2) {
    const auto words = words_of(*quota);
    return words.size() == 2 ? quota_from(words[0], words[1], file) : Fact<double>::unknown(file + ": not understood");
  }
  const Fact<std::string> period = read_text(root, directory + "/cpu.cfs_period_us");
  return period ? quota_from(*quota, *period, file) : Fact<double>::unknown(period.reason);
}

}  // namespace

Fact<double> read_cpu_quota(const std::filesystem::path& root) {
  const Fact<std::string> text = read_text(root, "/proc/self/cgroup");
  if (!text) return Fact<double>::unknown(text.reason);
  const auto member = membership(*text);
  if (!member) return Fact<double>::unknown("/proc/self/cgroup names no cgroup that controls CPU time");
  Fact<double> tightest = Fact<double>::unknown(no_cpu_quota);
  for (std::filesystem::path group = member->group;; group = group.parent_path()) {
    const bool top = group.relative_path().empty();
    const Fact<double> quota = quota_of_group(root, member->mount + (top ? "" : group.string()), member->v2);
    if (quota) {
      if (!tightest || *quota < *tightest) tightest = quota;
    } else if (!tightest && tightest.reason == no_cpu_quota) {
      tightest.reason = quota.reason;  // a group out of sight leaves the answer open
    }
    if (top) return tightest;
  }
}

}  // namespace kickbench::host
