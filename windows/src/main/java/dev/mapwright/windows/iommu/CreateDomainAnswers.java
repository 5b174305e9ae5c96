package dev.mapwright.windows.iommu;

import dev.mapwright.windows.answer.Condition;
import dev.mapwright.windows.answer.CreateDomain;
import dev.mapwright.windows.answer.CreateDomainEx;

/**
 * What CreateDomain and CreateDomainEx answer alike.
 *
 * @param done the domain exists
 * @param notAllowed there can't be such a domain now
 * @param noMemory memory is short
 */
record CreateDomainAnswers(Condition done, Condition notAllowed, Condition noMemory) {
  /** Those of the first version. */
  static final CreateDomainAnswers FIRST =
      new CreateDomainAnswers(CreateDomain.DONE, CreateDomain.NOT_ALLOWED, CreateDomain.NO_MEMORY);

  /** Those of the second version. */
  static final CreateDomainAnswers SECOND =
      new CreateDomainAnswers(
          CreateDomainEx.DONE, CreateDomainEx.NOT_ALLOWED, CreateDomainEx.NO_MEMORY);
}
