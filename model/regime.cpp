#include "model/regime.hpp"

#include <algorithm>
#include <cstddef>

namespace kickbench::model {
namespace {

struct Row {
  Regime regime;
  Regime mirror;
  std::string_view name;
  std::string_view description;
};

constexpr std::array table{
    Row{Regime::BW, Regime::BW, "BW", "busy wait: both parties poll, the slower one sets the pace"},
    Row{Regime::SS, Regime::SS, "SS", "slow start-up: both parties start too late, the queue fills and drains in turn"},
    Row{Regime::EQ, Regime::EQ, "EQ", "lockstep: equal work on both sides, nobody ever waits"},
    Row{Regime::FC, Regime::FP, "FC",
        "fast consumer: it drains the queue and stops, the producer kicks once per batch"},
    Row{Regime::SCS, Regime::SPS, "SCS",
        "slow consumer start-up: the faster consumer starts so late that the producer stops first"},
    Row{Regime::FP, Regime::FC, "FP",
        "fast producer: it fills the queue and stops, the consumer interrupts once per batch"},
    Row{Regime::SPS, Regime::SCS, "SPS",
        "slow producer start-up: the faster producer starts so late that the consumer stops first"},
    Row{Regime::NL, Regime::NL, "NL",
        "notify lock: the woken side is done before the notifier's call ends, so every batch costs a notification"},
    Row{Regime::sFC, Regime::sFP, "sFC", "sleeping, fast consumer: it sleeps at times, the producer never"},
    Row{Regime::sFP, Regime::sFC, "sFP", "sleeping, fast producer: it sleeps at times, the consumer never"},
    Row{Regime::sLS, Regime::sLS, "sLS", "long sleep: a sleep outlasts what the queue can hide, both parties sleep"},
};

constexpr bool rows_are_in_order() {
  for (std::size_t index = 0; index < table.size(); ++index) {
    if (table[index].regime != all_regimes[index] || static_cast<std::size_t>(all_regimes[index]) != index)
      return false;
  }
  return table.size() == all_regimes.size();
}
static_assert(rows_are_in_order(), "a regime is its own row's index");

const Row& row_of(Regime regime) { return table.at(static_cast<std::size_t>(regime)); }

}  // namespace

std::string_view name_of(Regime regime) { return row_of(regime).name; }

std::optional<Regime> regime_from(std::string_view name) {
  const auto row = std::find_if(table.begin(), table.end(), [name](const Row& r) { return r.name == name; });
  if (row == table.end()) return std::nullopt;
  return row->regime;
}

std::string_view describe(Regime regime) { return row_of(regime).description; }

Regime mirrored(Regime regime) { return row_of(regime).mirror; }

}  // namespace kickbench::model
