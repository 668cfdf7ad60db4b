// Writes programs to start from: peers that are honest nearly always, over queues of all shapes.
//   fuzz_seeds DIRECTORY COUNT
#include <array>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <random>
#include <string>

#include "tests/fuzz/program.hpp"

namespace {

using namespace kickbench::fuzz;

// What keeps a queue going, from either side.
constexpr std::array usual{Operation::give,    Operation::publish, Operation::offer, Operation::offer,
                           Operation::take,    Operation::take,    Operation::give,  Operation::arm,
                           Operation::publish, Operation::wants,   Operation::look,  Operation::set_event,
                           Operation::disarm};

void write_program(const std::string& path, std::mt19937& random) {
  std::ofstream file(path, std::ios::binary);
  const auto byte = [&] { return static_cast<std::uint8_t>(random()); };
  const auto put = [&](const Step& step) { file.write(reinterpret_cast<const char*>(&step), sizeof(step)); };
  put({byte(), byte(), byte(), byte()});
  for (int i = 0; i < 80; ++i) {
    const bool rare = random() % 40 == 0;
    const auto what = rare ? static_cast<Operation>(random() % operation_count) : usual[random() % usual.size()];
    const auto honest = static_cast<std::uint8_t>(byte() | 0x40);
    put({static_cast<std::uint8_t>(what), byte(), rare ? byte() : honest, rare ? byte() : honest});
  }
  if (!file.flush()) {
    std::fprintf(stderr, "fuzz_seeds: cannot write %s\n", path.c_str());
    std::exit(1);
  }
}

}  // namespace

int main(int argc, char** argv) {
  if (argc != 3) {
    std::fputs("usage: fuzz_seeds DIRECTORY COUNT\n", stderr);
    return 2;
  }
  std::mt19937 random(1);
  for (int i = 0; i < std::atoi(argv[2]); ++i) {
    write_program(std::string(argv[1]) + "/seed" + std::to_string(i), random);
  }
}
