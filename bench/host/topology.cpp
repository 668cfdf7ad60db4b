#include <hwloc.h>
#include <hwloc/glibc-sched.h>
#include <sched.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <utility>

#include "bench/host/topology.hpp"

namespace kickbench::host {

namespace {

struct DestroyTopology {
  void operator()(hwloc_topology* topology) const { hwloc_topology_destroy(topology); }
};
using LoadedTopology = std::unique_ptr<hwloc_topology, DestroyTopology>;

struct FreeBitmap {
  void operator()(hwloc_bitmap_s* bitmap) const { hwloc_bitmap_free(bitmap); }
};

LoadedTopology load_this_machine(unsigned long flags) {
  hwloc_topology_t raw = nullptr;
  if (hwloc_topology_init(&raw) != 0) throw std::runtime_error("hwloc cannot be initialised");
  LoadedTopology topology(raw);
  if (hwloc_topology_set_flags(raw, flags) != 0 || hwloc_topology_load(raw) != 0) {
    throw std::runtime_error(std::string("hwloc cannot discover the CPUs of this machine: ") + std::strerror(errno));
  }
  if (hwloc_topology_is_thissystem(raw) == 0) {
    throw std::runtime_error(
        "hwloc describes another machine than this one: unset HWLOC_XMLFILE and HWLOC_SYNTHETIC in the environment");
  }
  return topology;
}

using Bitmap = std::unique_ptr<hwloc_bitmap_s, FreeBitmap>;

/// Those of the process rather than of this thread: a thread that has pinned itself must not narrow the choice.
Bitmap cpus_of_this_process(hwloc_topology_t topology) {
  Bitmap cpus(hwloc_bitmap_alloc());
  if (cpus && hwloc_get_cpubind(topology, cpus.get(), HWLOC_CPUBIND_PROCESS) == 0) return cpus;
  // hwloc reads /proc for that. Where it is missing, those of the main thread.
  cpu_set_t set;
  if (!cpus || sched_getaffinity(getpid(), sizeof set, &set) != 0 ||
      hwloc_cpuset_from_glibc_sched_affinity(topology, cpus.get(), &set, sizeof set) != 0) {
    throw std::runtime_error(std::string("the CPU affinity of this process cannot be read: ") + std::strerror(errno));
  }
  return cpus;
}

int index_of_container(hwloc_topology_t topology, hwloc_obj_type_t type, hwloc_obj_t pu) {
  hwloc_obj* const container = hwloc_get_ancestor_obj_by_type(topology, type, pu);
  return container == nullptr ? -1 : static_cast<int>(container->logical_index);
}

/// "IntelCore", or "kind 1" where hwloc has no name for it; how many CPUs it has.
struct CpuKind {
  std::string name;
  int count = 0;
};

/// From the least to the most powerful. Empty where all CPUs are alike, as far as hwloc knows.
std::vector<CpuKind> cpu_kinds(hwloc_topology_t topology) {
  std::vector<CpuKind> kinds;
  const int count = hwloc_cpukinds_get_nr(topology, 0);
  for (int kind = 0; count > 1 && kind < count; ++kind) {
    const Bitmap cpus(hwloc_bitmap_alloc());
    unsigned info_count = 0;
    hwloc_info_s* infos = nullptr;
    if (!cpus || hwloc_cpukinds_get_info(topology, static_cast<unsigned>(kind), cpus.get(), nullptr, &info_count,
                                         &infos, 0) != 0) {
      return {};
    }
    std::string name = "kind " + std::to_string(kind);
    for (unsigned i = 0; i < info_count; ++i) {
      if (std::string_view(infos[i].name) == "CoreType") name = infos[i].value;
    }
    kinds.push_back({std::move(name), hwloc_bitmap_weight(cpus.get())});
  }
  return kinds;
}

}  // namespace

Topology Topology::probe() {
  const LoadedTopology topology = load_this_machine(0);
  const auto usable = cpus_of_this_process(topology.get());
  hwloc_bitmap_and(usable.get(), usable.get(), hwloc_topology_get_allowed_cpuset(topology.get()));
  std::vector<int> numbers;
  for (int cpu = hwloc_bitmap_first(usable.get()); cpu != -1; cpu = hwloc_bitmap_next(usable.get(), cpu)) {
    numbers.push_back(cpu);
  }
  return from_hwloc(topology.get(), numbers);
}

Topology Topology::from_hwloc(hwloc_topology* loaded, const std::vector<int>& usable) {
  Topology topology;
  for (CpuKind& kind : cpu_kinds(loaded)) topology.kind_names_.push_back(std::move(kind.name));
  const int count = hwloc_get_nbobjs_by_type(loaded, HWLOC_OBJ_PU);
  for (int logical = 0; logical < count; ++logical) {
    hwloc_obj* const pu = hwloc_get_obj_by_type(loaded, HWLOC_OBJ_PU, static_cast<unsigned>(logical));
    const int number = static_cast<int>(pu->os_index);
    if (std::find(usable.begin(), usable.end(), number) == usable.end()) continue;
    topology.cpus_.push_back({.number = number,
                              .core = index_of_container(loaded, HWLOC_OBJ_CORE, pu),
                              .l2 = index_of_container(loaded, HWLOC_OBJ_L2CACHE, pu),
                              .l3 = index_of_container(loaded, HWLOC_OBJ_L3CACHE, pu),
                              .numa_node = hwloc_bitmap_first(pu->nodeset),
                              .package = index_of_container(loaded, HWLOC_OBJ_PACKAGE, pu),
                              .kind = hwloc_cpukinds_get_by_cpuset(loaded, pu->cpuset, 0)});
    topology.usable_.push_back(number);
  }
  return topology;
}

std::string machine_shape() {
  const LoadedTopology topology = load_this_machine(HWLOC_TOPOLOGY_FLAG_INCLUDE_DISALLOWED);
  constexpr std::array<std::pair<const char*, hwloc_obj_type_t>, 6> parts{{{"package:", HWLOC_OBJ_PACKAGE},
                                                                           {"numanode:", HWLOC_OBJ_NUMANODE},
                                                                           {"l3:", HWLOC_OBJ_L3CACHE},
                                                                           {"l2:", HWLOC_OBJ_L2CACHE},
                                                                           {"core:", HWLOC_OBJ_CORE},
                                                                           {"pu:", HWLOC_OBJ_PU}}};
  std::string shape;
  for (const auto& [label, type] : parts) {
    if (!shape.empty()) shape += ' ';
    shape += label + std::to_string(hwloc_get_nbobjs_by_type(topology.get(), type));
  }
  for (const CpuKind& kind : cpu_kinds(topology.get())) shape += ' ' + kind.name + ':' + std::to_string(kind.count);
  return shape;
}

}  // namespace kickbench::host
