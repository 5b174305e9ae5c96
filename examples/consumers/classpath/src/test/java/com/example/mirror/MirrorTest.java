package com.example.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import dev.mapwright.core.machine.Machine;
import org.junit.jupiter.api.Test;

class MirrorTest {
  @Test
  void whatIsStoredAtOneAddressIsLoadedAtTheOther() {
    assertEquals(-7, Mirror.reflect(-7));
  }

  @Test
  void theLibraryIsOnTheClassPathHere() {
    assertFalse(Machine.class.getModule().isNamed());
  }
}
