// kickbench list: every name that an option takes, and which of them work on this host.
#include <iostream>

#include "bench/command/commands.hpp"
#include "bench/host/topology.hpp"
#include "bench/measure/queue.hpp"
#include "bench/output/result_json.hpp"
#include "bench/output/table.hpp"
#include "bench/text/page.hpp"
#include "model/regime.hpp"
#include "notify/notifier.hpp"

namespace kickbench::bench::command {
namespace {

struct Entry {
  std::string name;
  std::string description;
  std::string reason{};  ///< why it does not work here; empty where it does
  std::optional<host::Placement> example{};
};

struct Section {
  const char* key;
  const char* options;  ///< that take these names
  std::vector<Entry> entries;
};

/// The probe is the thing itself: a ring that can be made once works.
std::string reason_if_refused(scenario::RingKind ring) {
  try {
    scenario::Scenario scenario;
    scenario.ring = ring;
    const SharedMemory memory(measure::queue_bytes(scenario));
    measure::make_producer_port(scenario, memory.bytes());
    return {};
  } catch (const std::system_error& error) {
    return error.what();
  }
}

Entry entry_of(const host::PlacementOption& option) {
  return {option.name, option.description, option.reason, option.example};
}

std::vector<Section> probe() {
  Section rings{"rings", "--ring", {}};
  for (const scenario::RingKind ring : scenario::ring_kinds) {
    rings.entries.push_back({std::string(name_of(ring)), std::string(describe(ring)), reason_if_refused(ring)});
  }
  Section notifiers{"notifiers", "--notify, --kick, --interrupt", {}};
  for (const NotifierKind& kind : notifier_kinds()) {
    notifiers.entries.push_back({std::string(kind.name), std::string(kind.description), kind.unavailable_reason()});
  }
  Section waits{"waits", "--producer-wait, --consumer-wait", {}};
  for (const WaitKindRow& row : wait_kinds) {
    waits.entries.push_back({std::string(row.name), std::string(row.description)});
  }
  Section placements{"placements", "--place", {}};
  for (const host::PlacementOption& option : host::Topology::probe().options()) {
    placements.entries.push_back(entry_of(option));
  }
  Section regimes{"regimes", "of the model", {}};
  for (const model::Regime regime : model::all_regimes) {
    regimes.entries.push_back({std::string(model::name_of(regime)), std::string(model::describe(regime))});
  }
  return {rings, notifiers, waits, placements, regimes};
}

output::Json document_of(const std::vector<Section>& sections) {
  output::Json document = output::document_head("list");
  for (const Section& section : sections) {
    output::Json list = output::Json::array();
    for (const Entry& entry : section.entries) {
      output::Json item{{"name", entry.name},
                        {"available", entry.reason.empty()},
                        {"reason", entry.reason},
                        {"description", entry.description}};
      if (entry.example) item["example"] = output::to_json(*entry.example);
      list.push_back(std::move(item));
    }
    document[section.key] = std::move(list);
  }
  return document;
}

void print(std::ostream& out, const Section& section) {
  constexpr std::size_t name_width = 15;  // so that the sections line up
  output::Table table(
      {{section.key, output::Table::Align::left, name_width}, {section.options, output::Table::Align::prose}});
  for (const Entry& entry : section.entries) {
    std::string text = entry.description;
    if (entry.example) {
      text += "; here: CPUs " + std::to_string(entry.example->producer_cpu) + "," +
              std::to_string(entry.example->consumer_cpu);
    }
    if (!entry.reason.empty()) text += "; not on this host: " + entry.reason;
    table.add({entry.name, text});
  }
  table.print(out);
}

ExitCode list(const OutputOptions& output) {
  const auto json = output.json();
  const std::vector<Section> sections = probe();
  if (output.wants_table()) {
    text::Page page(std::cout);
    for (const Section& section : sections) {
      print(page, section);
      page << "\n";
    }
  }
  if (json) json->write(output::dump(document_of(sections)));
  return ExitCode::ok;
}

}  // namespace

CommandBody add_list(CLI::App& app) {
  auto output = std::make_shared<OutputOptions>();
  output->add_to(app);
  return [output] { return list(*output); };
}

}  // namespace kickbench::bench::command
