//===- DrawLowering.cpp - Random numbers in native code -------------------===//
//
// Part of layerpipe, under the Apache License v2.0 with LLVM Exceptions.
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//===----------------------------------------------------------------------===//

#include "DrawLowering.h"
#include "layerpipe/Base/RandomBits.h"

#include "mlir/Dialect/Arith/IR/Arith.h"

using namespace mlir;
using namespace layerpipe;
using base::MixConstants;

namespace {

/// Writes formulas of 64-bit integers.
class Bits {
public:
  Bits(OpBuilder &builder, Location loc, Value value)
      : builder(builder), loc(loc), value(value) {}

  Bits operator+(uint64_t other) const {
    return with(arith::AddIOp::create(builder, loc, value, number(other)));
  }
  Bits operator*(uint64_t other) const {
    return with(arith::MulIOp::create(builder, loc, value, number(other)));
  }
  Bits operator>>(uint64_t other) const {
    return with(arith::ShRUIOp::create(builder, loc, value, number(other)));
  }
  Bits operator^(Value other) const {
    return with(arith::XOrIOp::create(builder, loc, value, other));
  }
  Bits operator^(uint64_t other) const { return *this ^ number(other); }
  operator Value() const { return value; } // NOLINT: a formula is a value

private:
  Bits with(Value other) const { return {builder, loc, other}; }
  Value number(uint64_t number) const {
    return arith::ConstantOp::create(
        builder, loc, builder.getI64IntegerAttr(int64_t(number)));
  }

  OpBuilder &builder;
  Location loc;
  Value value;
};

} // namespace

/// Writes base::mixBits.
static Bits mix(Bits start) {
  Bits x = start + MixConstants::increment;
  Bits y = (x ^ (x >> 30)) * MixConstants::first;
  Bits z = (y ^ (y >> 27)) * MixConstants::second;
  return z ^ (z >> 31);
}

Value layerpipe::createDrawKey(OpBuilder &builder, Location loc, Value seed,
                               uint64_t key, Value iteration) {
  Bits stream = mix(mix(Bits(builder, loc, seed)) ^ base::drawStream(key));
  return mix(stream ^ iteration);
}

Value layerpipe::createDraw(OpBuilder &builder, Location loc, Value key,
                            Value number) {
  Value upper = mix(Bits(builder, loc, key) ^ number) >> 40;
  // These 24 bits are a positive i32, which processors convert many at a time.
  Value bits =
      arith::TruncIOp::create(builder, loc, builder.getI32Type(), upper);
  Value integer =
      arith::SIToFPOp::create(builder, loc, builder.getF32Type(), bits);
  Value unit = arith::ConstantOp::create(builder, loc,
                                         builder.getF32FloatAttr(0x1p-24f));
  return arith::MulFOp::create(builder, loc, integer, unit);
}
