package dev.mapwright.proof.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** The reader of recorded calls takes any bytes. Seeds are in the resources of the same name. */
class StraceFuzzTest {
  @FuzzTest(maxDuration = "10s")
  void any_bytes_are_a_recording_or_bad_input(byte[] bytes) {
    Readers.recording(bytes);
  }
}
