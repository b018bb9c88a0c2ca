using System.Runtime.CompilerServices;

namespace Culvert.Protocol.Http;

/// <summary>One slice for each <see cref="RequestField"/>, in place: a head owns no array.</summary>
[InlineArray((int)RequestField.XForwardedFor + 1)]
internal struct RequestFieldValues
{
    private HttpSlice _first;
}
