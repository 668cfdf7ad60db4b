#include "tests/fuzz/driver_target.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t bytes) {
  return kickbench::fuzz::fuzz_driver<kickbench::SplitLayout, kickbench::fuzz::SplitHostileDevice>(data, bytes, false);
}
