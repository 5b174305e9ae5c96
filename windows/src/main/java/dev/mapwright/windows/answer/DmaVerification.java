package dev.mapwright.windows.answer;

import dev.mapwright.windows.abi.BugCheckCode;

/**
 * What DMA verification finds, in whichever routine it is found. While it is off, the routine gives
 * the answer of its own.
 */
public enum DmaVerification implements Condition {
  /** No common buffer of the adapter is there: it was freed before, or never was one. */
  COMMON_BUFFER_FREED_TWICE(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x03,
      "Bug Check 0xE6, 0x03",
      "no common buffer of the adapter is there: it was freed before, or never was one",
      "extra buffers freed"),
  /** More is unmapped than is mapped: it was unmapped before, or has fewer pages. */
  TOO_MUCH_UNMAPPED(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x05,
      "Bug Check 0xE6, 0x05",
      "more is unmapped than is mapped: it was unmapped before, or has fewer pages",
      "extra pages unmapped"),
  /** The adapter is released before its common buffers are freed. */
  COMMON_BUFFERS_LEFT(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x07,
      "Bug Check 0xE6, 0x07",
      "the adapter is released before its common buffers are freed",
      "adapter, buffers left"),
  /** The domain is deleted before its mappings are removed. */
  MAPPINGS_LEFT(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x09,
      "Bug Check 0xE6, 0x09",
      "the domain is deleted before its mappings are removed",
      "domain, mappings left"),
  /** The pages of the MDL are not locked. */
  UNLOCKED_BUFFER(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x0E,
      "Bug Check 0xE6, 0x0E",
      "the pages of the MDL are not locked",
      "MDL"),
  /** Memory is freed or unlocked, or a mapping removed in part, while a device may reach it. */
  STILL_MAPPED(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x10,
      "Bug Check 0xE6, 0x10",
      "memory is freed or unlocked, or a mapping removed in part, while a device may reach it",
      "pages still mapped"),
  /** The adapter was released before. */
  RELEASED_ADAPTER(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x18,
      "Bug Check 0xE6, 0x18",
      "the adapter was released before",
      "adapter"),
  /** The address is not within the MDL. */
  OUTSIDE_MDL(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x1B,
      "Bug Check 0xE6, 0x1B",
      "the address is not within the MDL",
      "address, MDL"),
  /** A page of the range is mapped already. */
  MAPPED_ALREADY(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x1D,
      "Bug Check 0xE6, 0x1D",
      "a page of the range is mapped already",
      "start of the range, end of the range, page that is mapped"),
  /** Nothing is to be mapped: the length is zero. */
  ZERO_LENGTH(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x21,
      "Bug Check 0xE6, 0x21",
      "nothing is to be mapped: the length is zero",
      ""),
  /** The MDL is not mapped to system space. */
  NOT_SYSTEM_MAPPED(
      Effect.DMA_VERIFIER,
      BugCheckCode.DRIVER_VERIFIER_DMA_VIOLATION,
      0x22,
      "Bug Check 0xE6, 0x22",
      "the MDL is not mapped to system space",
      "MDL");

  private final Answer answer;

  DmaVerification(
      Effect effect, int code, long parameter1, String source, String sentence, String numbers) {
    this.answer =
        new Answer(Routine.DMA_VERIFICATION, effect, code, parameter1, source, sentence, numbers);
  }

  @Override
  public Answer answer() {
    return answer;
  }
}
