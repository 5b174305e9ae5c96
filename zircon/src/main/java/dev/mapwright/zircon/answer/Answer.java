package dev.mapwright.zircon.answer;

/**
 * One row of the table of answers.
 *
 * @param routine whose answer it is
 * @param status the status that the documents of 2017 give, one of {@link
 *     dev.mapwright.zircon.abi.MxStatus}
 * @param source who says so: a page of Magenta's documents and a section of it, a function of its
 *     kernel where the documents are silent, or this library
 * @param sentence the condition in words, without a final period: a clause fit for an error message
 * @param numbers what the two numbers are that a refusal carries along, for example {@code rights
 *     needed and held}; empty when there are none
 */
public record Answer(Routine routine, int status, String source, String sentence, String numbers) {}
