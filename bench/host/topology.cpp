#include <hwloc.h>

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

int index_of_container(hwloc_topology_t topology, hwloc_obj_type_t type, hwloc_obj_t pu) {
  hwloc_obj* const container = hwloc_get_ancestor_obj_by_type(topology, type, pu);
  return container == nullptr ? -1 : static_cast<int>(container->logical_index);
}

}  // namespace

Topology Topology::probe() {
  const LoadedTopology topology = load_this_machine(0);
  const std::unique_ptr<hwloc_bitmap_s, FreeBitmap> usable(hwloc_bitmap_alloc());
  // The process's binding rather than this thread's: a thread that has pinned itself must not narrow the choice.
  if (!usable || hwloc_get_cpubind(topology.get(), usable.get(), HWLOC_CPUBIND_PROCESS) != 0) {
    throw std::runtime_error(std::string("the CPU affinity of this process cannot be read: ") + std::strerror(errno));
  }
  hwloc_bitmap_and(usable.get(), usable.get(), hwloc_topology_get_allowed_cpuset(topology.get()));
  std::vector<int> numbers;
  for (int cpu = hwloc_bitmap_first(usable.get()); cpu != -1; cpu = hwloc_bitmap_next(usable.get(), cpu)) {
    numbers.push_back(cpu);
  }
  return from_hwloc(topology.get(), numbers);
}

Topology Topology::from_hwloc(hwloc_topology* loaded, const std::vector<int>& usable) {
  Topology topology;
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
                              .package = index_of_container(loaded, HWLOC_OBJ_PACKAGE, pu)});
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
  return shape;
}

}  // namespace kickbench::host
