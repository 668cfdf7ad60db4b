// Topologies of machines that are not here, by hwloc's synthetic descriptions.
#pragma once

#include <hwloc.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bench/host/topology.hpp"

namespace kickbench::host {

/// CPUs of one kind of a hybrid processor.
struct MadeUpKind {
  std::string name;
  std::vector<int> cpus;
};

inline void add_kinds(hwloc_topology_t loaded, const std::vector<MadeUpKind>& kinds) {
  int efficiency = 0;
  for (const MadeUpKind& kind : kinds) {
    hwloc_bitmap_t cpus = hwloc_bitmap_alloc();
    for (const int cpu : kind.cpus) hwloc_bitmap_set(cpus, static_cast<unsigned>(cpu));
    std::string key = "CoreType", value = kind.name;
    hwloc_info_s info{.name = key.data(), .value = value.data()};
    hwloc_cpukinds_register(loaded, cpus, efficiency++, 1, &info, 0);
    hwloc_bitmap_free(cpus);
  }
}

/// All CPUs are usable, unless a list is given. `kinds`: from the slowest on.
inline Topology made_up_topology(const std::string& description, std::vector<int> usable = {},
                                 const std::vector<MadeUpKind>& kinds = {}) {
  hwloc_topology_t loaded = nullptr;
  hwloc_topology_init(&loaded);
  if (hwloc_topology_set_synthetic(loaded, description.c_str()) != 0 || hwloc_topology_load(loaded) != 0) {
    hwloc_topology_destroy(loaded);
    throw std::runtime_error("hwloc does not understand " + description);
  }
  add_kinds(loaded, kinds);
  if (usable.empty()) {
    for (int cpu = 0; cpu < hwloc_get_nbobjs_by_type(loaded, HWLOC_OBJ_PU); ++cpu) usable.push_back(cpu);
  }
  Topology topology = Topology::from_hwloc(loaded, usable);
  hwloc_topology_destroy(loaded);
  return topology;
}

}  // namespace kickbench::host
