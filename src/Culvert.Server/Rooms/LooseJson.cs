using System.Text.Encodings.Web;
using System.Text.Json;

namespace Culvert.Server.Rooms;

/// <summary>
/// How the server writes JSON: only what JSON itself requires is escaped, so any script stays readable.
/// </summary>
internal static class LooseJson
{
    public static readonly JsonWriterOptions WriterOptions = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };
}
