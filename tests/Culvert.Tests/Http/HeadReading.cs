using System.Text;
using Culvert.Protocol.Http;

namespace Culvert.Tests.Http;

/// <summary>What one read of a text gave. Each character of the text is one byte.</summary>
internal sealed class HeadReading
{
    private HeadReading(byte[] bytes, RequestHeadStatus status, RequestHead head, HttpRefusal refusal)
    {
        Bytes = bytes;
        Status = status;
        Head = head;
        Refusal = refusal;
    }

    public byte[] Bytes { get; }

    public RequestHeadStatus Status { get; }

    public RequestHead Head { get; }

    public HttpRefusal Refusal { get; }

    public static HeadReading Of(string text, HttpLimits? limits = null) =>
        Of(Encoding.Latin1.GetBytes(text), limits ?? HttpLimits.Default);

    public static HeadReading Of(byte[] bytes, HttpLimits limits)
    {
        var head = default(RequestHead);
        var status = RequestHeadReader.Read(bytes, limits, ref head, out var refusal);
        return new(bytes, status, head, refusal);
    }

    /// <summary>The same bytes in pieces: up to each cut, then all.</summary>
    public static HeadReading InPieces(byte[] bytes, HttpLimits limits, IEnumerable<int> cuts)
    {
        var head = default(RequestHead);
        foreach (var cut in cuts.Append(bytes.Length))
        {
            // A copy of exactly that length: whatever is read behind it is not the head.
            var status = RequestHeadReader.Read(bytes.AsSpan(0, cut).ToArray(), limits, ref head, out var refusal);
            if (status != RequestHeadStatus.Incomplete || cut == bytes.Length)
            {
                return new(bytes, status, head, refusal);
            }
        }

        throw new InvalidOperationException("There is always the last piece.");
    }

    public static HeadReading Accepted(string text, HttpLimits? limits = null)
    {
        var reading = Of(text, limits);
        Assert.True(reading.Status == RequestHeadStatus.Complete, $"{reading.Status}: {reading.Refusal}");
        Assert.Equal(text.Length, reading.Head.Length);
        return reading;
    }

    public static HeadReading Refused(int status, string text, HttpLimits? limits = null)
    {
        var reading = Of(text, limits);
        Assert.Equal(RequestHeadStatus.Refused, reading.Status);
        Assert.Equal(status, reading.Refusal.Status);
        Assert.NotEmpty(reading.Refusal.Why);
        return reading;
    }

    public string Text(HttpSlice slice) => Encoding.Latin1.GetString(slice.Of(Bytes));

    /// <summary>Everything that a caller can see, for comparing two readings of the same bytes.</summary>
    public string Describe()
    {
        var h = Head;
        var fields = Enum.GetValues<RequestField>().Select(f => $"{f}={h[f]}{(h.IsRepeated(f) ? "+" : "")}");
        return $"{Status} {Refusal} {h.Length} {h.Method} {h.MethodText} {h.TargetForm} {h.Target} {h.TargetAuthority} "
            + $"1.{h.MinorVersion} {h.KeepAlive} {h.Body} {h.ContentLength} {h.Expects100} {h.HasUpgrade} "
            + $"{h.HeaderCount} {string.Join(' ', fields)}";
    }
}
