// Names are part of the results' format: they go out and come back unchanged.
#include "model/regime.hpp"

#include <gtest/gtest.h>

#include <set>
#include <string>

namespace kickbench::model {
namespace {

TEST(RegimeNames, are_the_models_own) {
  const std::array expected{"BW", "SS", "EQ", "FC", "SCS", "FP", "SPS", "NL", "sFC", "sFP", "sLS"};
  ASSERT_EQ(all_regimes.size(), expected.size());
  for (std::size_t index = 0; index < expected.size(); ++index) EXPECT_EQ(name_of(all_regimes[index]), expected[index]);
}

TEST(RegimeNames, read_back_as_the_same_regime) {
  for (const Regime regime : all_regimes) EXPECT_EQ(regime_from(name_of(regime)), regime);
}

TEST(RegimeNames, any_other_text_is_no_regime) {
  for (const char* text : {"", "fc", "FC ", "sfc", "SLS", "slow"}) EXPECT_FALSE(regime_from(text).has_value()) << text;
}

TEST(RegimeDescriptions, are_one_line_each_and_differ) {
  std::set<std::string> seen;
  for (const Regime regime : all_regimes) {
    const std::string line(describe(regime));
    EXPECT_GT(line.size(), 20U);
    EXPECT_EQ(line.find('\n'), std::string::npos);
    EXPECT_TRUE(seen.insert(line).second) << line;
  }
}

TEST(RegimeMirror, exchanges_the_parties_and_undoes_itself) {
  EXPECT_EQ(mirrored(Regime::FC), Regime::FP);
  EXPECT_EQ(mirrored(Regime::SCS), Regime::SPS);
  EXPECT_EQ(mirrored(Regime::sFC), Regime::sFP);
  for (const Regime regime : {Regime::BW, Regime::SS, Regime::EQ, Regime::NL, Regime::sLS}) {
    EXPECT_EQ(mirrored(regime), regime);
  }
  for (const Regime regime : all_regimes) EXPECT_EQ(mirrored(mirrored(regime)), regime);
}

}  // namespace
}  // namespace kickbench::model
