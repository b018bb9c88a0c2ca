using System.Text.Encodings.Web;
using System.Text.Json;

namespace Culvert.Server.Rooms;

/// <summary>
/// How the server writes JSON: any script stays readable. Characters beyond U+FFFF, such as emoji, are escaped all the
/// same: the writer of the runtime knows no other way.
/// </summary>
internal static class LooseJson
{
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
