namespace Culvert.Server.Files;

/// <summary>
/// One answer. The caller sends the head with <c>Date</c> and, where it closes, <c>Connection: close</c> put in at the
/// two offsets, an empty line, and then either the body or the file. The memory is shared and must not be changed.
/// </summary>
internal readonly struct FileAnswer
{
    public FileAnswer(AnswerHead head, ReadOnlyMemory<byte> body, FileBody? file = null)
    {
        Head = head;
        Body = body;
        File = file;
    }

    public AnswerHead Head { get; }

    public int Status => Head.Status;

    /// <summary>The body, unless it comes from a file. Empty for HEAD, 204 and 304.</summary>
    public ReadOnlyMemory<byte> Body { get; }

    /// <summary>The body from an open file. The caller disposes it, sent or not.</summary>
    public FileBody? File { get; }

    /// <summary>How many bytes of body follow the head.</summary>
    public long BodyBytes => File?.Length ?? Body.Length;

    /// <summary>
    /// Whether the connection ends with this answer, because what follows on it can no longer be trusted.
    /// </summary>
    public bool MustClose => Head.Status is 400 or 408 or 411 or 413 or 414 or 417 or 431 or 505;
}
