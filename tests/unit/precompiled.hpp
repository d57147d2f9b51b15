// The same as lib/precompiled.hpp, for unit tests.
#include <gtest/gtest.h>
#include <precompiled.hpp>
