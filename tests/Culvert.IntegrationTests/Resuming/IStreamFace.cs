namespace Culvert.IntegrationTests.Resuming;

/// <summary>One transport seen as bytes: how to ask for a place, and what a client knows after some bytes.</summary>
internal interface IStreamFace
{
    string Name { get; }

    /// <summary>Bytes of the request that resumes after a cursor, or begins at <c>start</c>.</summary>
    IEnumerable<byte[]> Requests(string cursor);

    /// <summary>
    /// What a client makes of the first bytes of an answer: the durable events that are complete, the cursor it
    /// would come back with (null: none yet), and whether it was told that it is live.
    /// </summary>
    StreamPrefix Read(ReadOnlySpan<byte> raw);
}
