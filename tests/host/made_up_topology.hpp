// Topologies of machines that are not here, by hwloc's synthetic descriptions.
#pragma once

#include <hwloc.h>

#include <stdexcept>
#include <string>
#include <vector>

#include "bench/host/topology.hpp"

namespace kickbench::host {

/// All CPUs are usable, unless a list is given.
inline Topology made_up_topology(const std::string& description, std::vector<int> usable = {}) {
  hwloc_topology_t loaded = nullptr;
  hwloc_topology_init(&loaded);
  if (hwloc_topology_set_synthetic(loaded, description.c_str()) != 0 || hwloc_topology_load(loaded) != 0) {
    hwloc_topology_destroy(loaded);
    throw std::runtime_error("hwloc does not understand " + description);
  }
  if (usable.empty()) {
    for (int cpu = 0; cpu < hwloc_get_nbobjs_by_type(loaded, HWLOC_OBJ_PU); ++cpu) usable.push_back(cpu);
  }
  Topology topology = Topology::from_hwloc(loaded, usable);
  hwloc_topology_destroy(loaded);
  return topology;
}

}  // namespace kickbench::host
