// Tests of bench/ take things from all of its folders: here, and only here, their names need no qualification.
#pragma once

namespace kickbench::bench {

namespace calibration {}
namespace command {}
namespace experiment {}
namespace measure {}
namespace output {}
namespace scenario {}
namespace stats {}
namespace suite {}
namespace text {}
namespace validation {}

using namespace calibration;
using namespace command;
using namespace experiment;
using namespace measure;
using namespace output;
using namespace scenario;
using namespace stats;
using namespace suite;
using namespace text;
using namespace validation;

}  // namespace kickbench::bench
