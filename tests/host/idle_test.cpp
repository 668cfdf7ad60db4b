#include "bench/host/idle.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "tests/host/made_up_root.hpp"

namespace kickbench::host {
namespace {

using testing::AllOf;
using testing::HasSubstr;

std::string refusal_of(const std::string& device) {
  try {
    const IdlePolling polling(device);
  } catch (const IdleError& error) {
    return error.what();
  }
  return "not refused";
}

TEST(IdlePolling, AMissingDeviceIsNamedWithCauseAndRemedy) {
  const MadeUpRoot root;
  const std::string device = root.path() / "cpu_dma_latency";
  EXPECT_THAT(refusal_of(device), AllOf(HasSubstr(device), HasSubstr("No such file"), HasSubstr("--idle as-is")));
  EXPECT_FALSE(std::filesystem::exists(device)) << "a missing device must not be created as a file";
}

TEST(IdlePolling, AFailedWriteIsNamedWithCauseAndRemedy) {
  EXPECT_THAT(refusal_of("/dev/full"), AllOf(HasSubstr("writing to /dev/full"), HasSubstr("--idle as-is")));
}

TEST(IdlePolling, AsksForALatencyOfZeroInFourBytes) {
  const MadeUpRoot root;
  root.write("cpu_dma_latency", "");
  const std::filesystem::path device = root.path() / "cpu_dma_latency";
  { const IdlePolling polling(device); }
  std::ifstream file(device, std::ios::binary);
  const std::string content((std::istreambuf_iterator<char>(file)), {});
  EXPECT_EQ(content, std::string(4, '\0'));
}

}  // namespace
}  // namespace kickbench::host
