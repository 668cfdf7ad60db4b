#include "tests/fuzz/device_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  return kickbench::fuzz::fuzz_device<kickbench::fuzz::PackedHostileDriver>(data, bytes, true);
}
