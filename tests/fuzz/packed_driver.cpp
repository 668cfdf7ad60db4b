#include "tests/fuzz/driver_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  return kickbench::fuzz::fuzz_driver<kickbench::PackedLayout, kickbench::fuzz::PackedHostileDevice>(data, bytes, true);
}
