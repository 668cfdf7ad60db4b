#include <algorithm>
#include <array>
#include <cstring>
#include <exception>

#include "bench/host/cpu_list.hpp"
#include "bench/host/environment_parts.hpp"
#include "bench/host/system_files.hpp"
#include "bench/host/topology.hpp"

#if defined(__x86_64__)
#include <cpuid.h>
#endif

namespace kickbench::host {

namespace {

using Path = std::filesystem::path;
using Text = Fact<std::string>;

// Several lines of /proc/cpuinfo as one: "25/1/1".
Text joined_keys(const Text& cpuinfo, const std::array<const char*, 3>& keys) {
  std::string joined;
  for (const char* key : keys) {
    Text part = value_of_key(cpuinfo, "/proc/cpuinfo", key);
    if (!part) return part;
    joined += (joined.empty() ? "" : "/") + *part;
  }
  return Text::known(joined);
}

#if defined(__x86_64__)
std::string hypervisor_signature() {
  unsigned eax = 0;
  std::array<unsigned, 3> name{};
  __cpuid(0x4000'0000U, eax, name[0], name[1], name[2]);
  std::array<char, sizeof name> bytes{};
  std::memcpy(bytes.data(), name.data(), sizeof name);
  return {bytes.data(), strnlen(bytes.data(), bytes.size())};
}
#else
std::string hypervisor_signature() { return {}; }
#endif

Text find_hypervisor(const Path& root, const Text& cpuinfo, const Text& machine) {
  if (Text type = read_word(root, "/sys/hypervisor/type")) return type;
  const Text flags = value_of_key(cpuinfo, "/proc/cpuinfo", "flags");
  if (flags && has_word(*flags, "hypervisor")) {
    const std::string signature = hypervisor_signature();
    return Text::known(signature.empty() ? "unnamed" : signature);
  }
  if (flags) return Text::known(bare_metal);  // x86 sets the flag on every virtual machine
  for (const char* product : {"KVM", "QEMU", "VMware", "VirtualBox", "Virtual Machine"}) {
    if (machine && machine->find(product) != std::string::npos) return Text::known(product);
  }
  return Text::unknown("this architecture has no hypervisor flag, and neither firmware nor /sys/hypervisor names one");
}

Text read_machine(const Path& root) {
  Text vendor = read_word(root, "/sys/class/dmi/id/sys_vendor");
  const Text product = read_word(root, "/sys/class/dmi/id/product_name");
  if (!vendor) return vendor;
  return Text::known(product ? *vendor + ' ' + *product : *vendor);
}

Fact<std::vector<int>> read_usable_cpus(const Path& root) {
  const Text list = value_of_key(read_text(root, "/proc/self/status"), "/proc/self/status", "Cpus_allowed_list");
  if (!list) return Fact<std::vector<int>>::unknown(list.reason);
  if (auto cpus = parse_cpu_list(*list)) return Fact<std::vector<int>>::known(std::move(*cpus));
  return Fact<std::vector<int>>::unknown("/proc/self/status: '" + *list + "' is not a list of CPUs");
}

Text probe_topology() {
  try {
    return Text::known(machine_shape());
  } catch (const std::exception& error) {
    return Text::unknown(error.what());
  }
}

}  // namespace

void probe_processor(Environment& environment, const Path& root) {
  const Text cpuinfo = read_text(root, "/proc/cpuinfo");
  // Arm names no model but codes.
  const Text arm_codes = joined_keys(cpuinfo, {"CPU implementer", "CPU part", "CPU revision"});
  environment.cpu_model = first_known(value_of_key(cpuinfo, "/proc/cpuinfo", "model name"), arm_codes);
  environment.cpu_vendor = first_known(value_of_key(cpuinfo, "/proc/cpuinfo", "vendor_id"),
                                       value_of_key(cpuinfo, "/proc/cpuinfo", "CPU implementer"));
  environment.cpu_signature = first_known(joined_keys(cpuinfo, {"cpu family", "model", "stepping"}), arm_codes);
  environment.topology = probe_topology();
  environment.online_cpus = read_cpu_list(root, "/sys/devices/system/cpu/online");
  environment.usable_cpus = read_usable_cpus(root);
  environment.smt_active = read_flag(root, "/sys/devices/system/cpu/smt/active");
  environment.machine = read_machine(root);
  environment.hypervisor = find_hypervisor(root, cpuinfo, environment.machine);
}

}  // namespace kickbench::host
