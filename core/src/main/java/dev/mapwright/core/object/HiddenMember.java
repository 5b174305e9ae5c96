package dev.mapwright.core.object;

import dev.mapwright.core.memory.ObjectKind;

/** What a snapshot puts behind an object and its copy: the pages that both go on showing. */
final class HiddenMember extends Member {
  HiddenMember(Member shared) {
    super(shared.machine, ObjectKind.PAGED, shared.family, shared.sight, shared.pages, -1, true);
  }
}
