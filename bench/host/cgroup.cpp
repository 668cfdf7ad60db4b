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

/// The group of this process in the hierarchy that controls CPU time, as /proc/self/cgroup names it: v2 unless the cpu
/// controller is bound to a v1 hierarchy. `controllers` of v1: "cpu,cpuacct".
struct Group {
  std::string controllers;
  std::string path;
  bool v2 = false;
};

bool has_cpu(std::string_view comma_separated) {
  return (',' + std::string(comma_separated) + ',').find(",cpu,") != std::string::npos;
}

std::optional<Group> own_group(std::string_view proc_self_cgroup) {
  std::optional<Group> found;
  for (const std::string_view line : lines_of(proc_self_cgroup)) {
    const std::size_t first = line.find(':');
    const std::size_t second = line.find(':', first == std::string_view::npos ? first : first + 1);
    if (second == std::string_view::npos) continue;
    const std::string_view controllers = line.substr(first + 1, second - first - 1);
    const std::string path(line.substr(second + 1));
    if (controllers.empty() && !found) found = {"", path, true};
    if (has_cpu(controllers)) return Group{std::string(controllers), path, false};
  }
  return found;
}

/// mountinfo writes blanks and their like as three octal digits: "\040".
std::string unescaped(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool octal = text[i] == '\\' && i + 3 < text.size() && text[i + 1] >= '0' && text[i + 1] <= '3';
    if (octal) {
      plain += static_cast<char>((text[i + 1] - '0') * 64 + (text[i + 2] - '0') * 8 + (text[i + 3] - '0'));
      i += 3;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

/// A mount shows the hierarchy from `root` on. What of `group` is below that; none for a group outside.
std::optional<std::string> below_root(const std::string& root, const std::string& group) {
  if (root == "/") return group;
  if (group == root) return "/";
  return group.starts_with(root + "/") ? std::optional(group.substr(root.size())) : std::nullopt;
}

/// Where the mount table has the group's hierarchy: it need not be at the usual place, and in a container a mount may
/// show only a part of it (man 5 proc, mountinfo).
std::optional<Membership> find_mounted(std::string_view mountinfo, const Group& group) {
  for (const std::string_view line : lines_of(mountinfo)) {
    const std::size_t separator = line.find(" - ");
    if (separator == std::string_view::npos) continue;
    const auto place = words_of(line.substr(0, separator));  // id, parent, device, root, mount point, options ...
    const auto kind = words_of(line.substr(separator + 3));  // type, source, options of the hierarchy
    if (place.size() < 5 || kind.size() < 3) continue;
    if (group.v2 ? kind[0] != "cgroup2" : kind[0] != "cgroup" || !has_cpu(kind[2])) continue;
    if (const auto path = below_root(unescaped(place[3]), group.path)) {
      return Membership{unescaped(place[4]), *path, group.v2};
    }
  }
  return std::nullopt;
}

/// Where hierarchies are mounted as a rule: the spelling is that of the kernel's list of controllers.
Membership at_usual_place(const Group& group) {
  return {group.v2 ? "/sys/fs/cgroup" : "/sys/fs/cgroup/" + group.controllers, group.path, group.v2};
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
  const auto group_named = own_group(*text);
  if (!group_named) return Fact<double>::unknown("/proc/self/cgroup names no cgroup that controls CPU time");
  const Fact<std::string> mounts = read_text(root, "/proc/self/mountinfo");
  const Membership member =
      (mounts ? find_mounted(*mounts, *group_named) : std::nullopt).value_or(at_usual_place(*group_named));
  Fact<double> tightest = Fact<double>::unknown(no_cpu_quota);
  for (std::filesystem::path group = member.group;; group = group.parent_path()) {
    const bool top = group.relative_path().empty();
    const Fact<double> quota = quota_of_group(root, member.mount + (top ? "" : group.string()), member.v2);
    if (quota) {
      if (!tightest || *quota < *tightest) tightest = quota;
    } else if (!tightest && tightest.reason == no_cpu_quota) {
      tightest.reason = quota.reason;  // a group out of sight leaves the answer open
    }
    if (top) return tightest;
  }
}

}  // namespace kickbench::host
