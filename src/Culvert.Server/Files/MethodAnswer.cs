namespace Culvert.Server.Files;

/// <summary>Answers to methods that read no file (RFC 9110 §9).</summary>
internal static class MethodAnswer
{
    private static readonly AnswerHead Options = new HeadFields { Status = 204, Allow = Pages.Allowed }.ToHead();

    public static FileAnswer Of(ReadOnlySpan<byte> method, Pages pages)
    {
        if (method.SequenceEqual("OPTIONS"u8))
        {
            return new FileAnswer(Options, default);
        }

        // Methods are case-sensitive: get is as unknown as FOO. GET and HEAD come here only where they are not allowed.
        var isKnown = method.SequenceEqual("POST"u8) || method.SequenceEqual("PUT"u8)
            || method.SequenceEqual("DELETE"u8) || method.SequenceEqual("PATCH"u8)
            || method.SequenceEqual("TRACE"u8) || method.SequenceEqual("CONNECT"u8)
            || method.SequenceEqual("GET"u8) || method.SequenceEqual("HEAD"u8);
        return pages.Of(isKnown ? 405 : 501, isHead: false);
    }
}
