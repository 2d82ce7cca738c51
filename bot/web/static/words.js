// Every label that the page itself shows. What the assistant says comes from the server.
export const words = {
  assistant: "Trợ lý",
  me: "Đồng chí",
  reply: "Trả lời",
  replyTo: "Trả lời",
  edit: "Sửa",
  editing: "Sửa tin đã gửi",
  copy: "Sao chép",
  copied: "Đã sao chép",
  notCopied: "Máy không cho sao chép. Đồng chí giữ vào chữ để chọn.",
  download: "Tải về",
  picture: "Ảnh",
  file: "Tệp",
  notKept: "Tệp này không được giữ lại",
  enlarge: "Xem ảnh lớn",
  sending: "Đang gửi",
  waiting: "Chờ có kết nối",
  notSent: "Chưa gửi được",
  retry: "Gửi lại",
  discard: "Bỏ",
  pressed: "Đồng chí đã bấm nút này",
  typing: "Trợ lý đang trả lời",
  newMessages: (n) => (n ? `Tin mới (${n})` : "Tin mới nhất"),
  noCommands: "Hiện chưa có lệnh nào.",
  more: "tin gốc",
  next: (day, time, what) => `Kế tiếp: ${time} ${day}${what ? `, ${what}` : ""}`,
  nothingNext: "Không còn việc nào đã hẹn.",
  groups: { office: "Văn phòng", secretary: "Bí thư, cấp ủy chi bộ", member: "Đảng viên", other: "Khác" },
};

const reasons = {
  empty: "Đồng chí chưa nhập gì.",
  too_long: "Tin dài quá 4.096 ký tự. Đề nghị chia thành nhiều tin.",
  too_large: "Tệp lớn quá 20 MB. Đề nghị gửi tệp nhỏ hơn hoặc gửi Văn phòng cách khác.",
  too_often: "Gửi quá nhanh. Đề nghị chờ một lát rồi thử lại.",
  not_found: "Tin này không còn nữa.",
  later: "Trợ lý đang khởi động. Đề nghị thử lại sau ít phút.",
  away: "Trợ lý tạm chưa ghi được tin, có thể do máy hết chỗ trống. Tin chưa mất: đề nghị gửi lại sau ít phút.",
  signed_out: "Phiên đã kết thúc. Đề nghị nhập lại mã.",
  offline: "Mất kết nối. Đề nghị kiểm tra mạng rồi thử lại.",
};

export const explain = (code) => reasons[code] ?? "Chưa làm được việc này. Đề nghị thử lại.";
