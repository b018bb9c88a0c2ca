namespace Culvert.Server.Files;

/// <summary>What is shown with an error. Immutable.</summary>
internal sealed record Page(AnswerHead Head, HeadFields Fields, byte[] Body, FileStamp Stamp);
