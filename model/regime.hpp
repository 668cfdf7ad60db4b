// The operating regimes under the model's own names.
#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace kickbench::model {

enum class Regime { BW, SS, EQ, FC, SCS, FP, SPS, NL, sFC, sFP, sLS };

inline constexpr std::array all_regimes{Regime::BW,  Regime::SS, Regime::EQ,  Regime::FC,  Regime::SCS, Regime::FP,
                                        Regime::SPS, Regime::NL, Regime::sFC, Regime::sFP, Regime::sLS};

/// The model's name, as written in results: "FC".
std::string_view name_of(Regime regime);

/// The inverse of name_of; none for any other text. Case counts.
std::optional<Regime> regime_from(std::string_view name);

/// One line for people who do not have the model at hand.
std::string_view describe(Regime regime);

/// The regime of the system with producer and consumer exchanged.
Regime mirrored(Regime regime);

}  // namespace kickbench::model
