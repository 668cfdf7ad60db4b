#include "bench/host/cpu_list.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace kickbench::host {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;

TEST(CpuList, ReadsWhatTheKernelWrites) {
  EXPECT_THAT(parse_cpu_list("0-3,8"), Optional(ElementsAre(0, 1, 2, 3, 8)));
  EXPECT_THAT(parse_cpu_list("7"), Optional(ElementsAre(7)));
  EXPECT_THAT(parse_cpu_list("2-3,0-2"), Optional(ElementsAre(0, 1, 2, 3)));
}

TEST(CpuList, EmptyAndNeverSetAreKnownToBeEmpty) {
  EXPECT_THAT(parse_cpu_list(""), Optional(IsEmpty()));
  EXPECT_THAT(parse_cpu_list("(null)"), Optional(IsEmpty()));
}

TEST(CpuList, RefusesWhatIsNoList) {
  for (const char* text : {"a", "1-", "-1", "3-1", "1,", ",1", "1,,2", "0-3:2", "0-99999999", " 1"}) {
    EXPECT_EQ(parse_cpu_list(text), std::nullopt) << text;
  }
}

TEST(CpuList, WritesTheShortestList) {
  EXPECT_EQ(format_cpu_list({3, 0, 1, 2, 8}), "0-3,8");
  EXPECT_EQ(format_cpu_list({4, 6}), "4,6");
  EXPECT_EQ(format_cpu_list({1, 1, 2}), "1-2");
  EXPECT_EQ(format_cpu_list({}), "");
}

}  // namespace
}  // namespace kickbench::host
